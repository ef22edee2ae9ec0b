/// A message as a command gets it: a heading, then the content with its line ends changed.
struct CommandContent {
    private var heading: [UInt8]?
    private let content: FilePieces
    private var lines: LineEnds
    private let ending: [UInt8]
    private var isOver = false

    /// - Parameters:
    ///   - heading: fields of the agent's own, with the line ends that the command wants.
    ///   - ending: after the last line.
    init(heading: [UInt8], _ content: FilePieces, _ lines: LineEnds, ending: [UInt8] = []) {
        self.heading = heading
        self.content = content
        self.lines = lines
        self.ending = ending
    }

    /// The next piece; nil at the end. Blocks.
    mutating func next() throws(MailboxFailure) -> [UInt8]? {
        if let heading {
            self.heading = nil
            if !heading.isEmpty { return heading }
        }
        while !isOver {
            guard let piece = try MailboxContent.read(content) else {
                isOver = true
                let last = lines.finish() + ending
                return last.isEmpty ? nil : last
            }
            let converted = lines.convert(piece)
            if !converted.isEmpty { return converted }
        }
        return nil
    }
}
