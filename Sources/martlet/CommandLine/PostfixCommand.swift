/// The names of Postfix's commands that the program answers to, when it is called by a link of that name.
enum PostfixCommand: String {
    case postmap
    case postalias
    case newaliases
    case postconf
    case mailq
    case postqueue

    /// - Returns: the exit code that Postfix's command would have.
    func run(_ arguments: [String]) async -> Int32 {
        switch self {
        case .postmap: await Postmap.run(arguments)
        case .postalias: await Postmap.run(arguments, as: .postalias)
        case .newaliases: await Newaliases.run(arguments)
        case .postconf: Postconf.main(arguments)
        case .mailq, .postqueue: Postqueue.run(arguments, calledAs: rawValue)
        }
    }
}
