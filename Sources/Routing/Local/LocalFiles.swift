/// The files that local(8) reads on the way of an address: included lists, and the users' own forwarding.
public protocol LocalFiles: Sendable {
    /// Reads a user's .forward file: what its name leads to must be that user's own.
    func forwardFile(_ path: String, of user: LocalUser) async -> LocalFile

    /// Reads a list that is included.
    ///
    /// - Parameter authority: of the place that names it.
    func list(_ path: String, for authority: LocalAuthority) async -> LocalFile
}

/// What became of reading a file.
public enum LocalFile: Sendable {
    case content(String, owner: UInt32)
    case missing
    /// It is there and must not be used: it is no regular file, or everybody may write to it.
    case unsafe(String)
    /// It cannot be read now, in words for the operator.
    case unreadable(String)
}
