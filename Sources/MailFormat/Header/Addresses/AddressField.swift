/// The body of a header field that holds addresses, such as `To:`.
///
///     John <john@example.org> (comment), team: a@x, b@x;
///
/// Addresses can be changed; everything else stays. Where words stand side by side without a comma, each is an
/// address of its own. Reading is from right to left, since only the end of an address shows what came before.
public struct AddressField: Sendable {
    private enum Node {
        case token(AddressToken)
        /// The colon after a group's name.
        case groupStart
        case address(HeaderAddress)
    }

    private var nodes: [Node]

    /// - Parameters:
    ///   - body: what stands behind the field's colon, up to the last line end.
    ///   - tokenLimit: `header_address_token_limit`.
    /// - Returns: nil where there is more than the limit.
    public init?(_ body: some Sequence<UInt8>, tokenLimit: Int = .max) {
        var scanner = AddressScanner(body.filter { $0 != 0x0D }[...])
        var tokens: [AddressToken] = []
        while let token = scanner.next() {
            guard tokens.count < tokenLimit else { return nil }
            tokens.append(token)
        }
        var reader = Reader(tokens: tokens)
        reader.run()
        nodes = reader.nodes.reversed()
    }

    /// From left to right. There are always as many.
    public var addresses: [HeaderAddress] {
        get { nodes.compactMap { if case .address(let address) = $0 { address } else { nil } } }
        set {
            var rest = newValue[...]
            for index in nodes.indices {
                guard case .address = nodes[index], let next = rest.popFirst() else { continue }
                nodes[index] = .address(next)
            }
        }
    }

    // MARK: Writing

    /// The whole field, folded behind commas: a line has less than 70 characters where that is possible.
    ///
    /// - Parameter name: the field's name as it was written.
    /// - Returns: lines that end in CRLF.
    public func text(name: some Sequence<UInt8>) -> [UInt8] {
        var pieces: [[UInt8]] = []
        var piece = Array(name) + [UInt8(ascii: ":"), UInt8(ascii: " ")]
        for (index, node) in nodes.enumerated() {
            switch node {
            case .token(let token):
                token.write(to: &piece)
                if token.isSpecial(",") {
                    pieces.append(piece)
                    piece = []
                    continue
                }
            case .groupStart: piece.append(UInt8(ascii: ":"))
            case .address(let address): piece += address.text.isEmpty ? Array("\"\"".utf8) : address.text
            }
            if index + 1 < nodes.count, needsSpace(node, before: nodes[index + 1]) {
                piece.append(UInt8(ascii: " "))
            }
        }
        pieces.append(piece)
        return Self.fold(pieces)
    }

    private static let lineLength = 70

    private static func fold(_ pieces: [[UInt8]]) -> [UInt8] {
        var text: [UInt8] = []
        var length = 0
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                if length + 1 + piece.count < lineLength {
                    text.append(UInt8(ascii: " "))
                    length += 1
                } else {
                    text += [0x0D, 0x0A, 0x09]
                    length = 0
                }
            }
            text += piece
            length += piece.count
        }
        return text + [0x0D, 0x0A]
    }

    private func needsSpace(_ node: Node, before next: Node) -> Bool {
        if case .groupStart = node { return true }
        if case .token(let token) = next, token.isSpecial("<") { return true }
        return Self.standsAlone(node) && Self.standsAlone(next)
    }

    private static func standsAlone(_ node: Node) -> Bool {
        switch node {
        case .address: true
        case .groupStart: false
        case .token(let token): token.isWord || token.kind == .comment
        }
    }

    // MARK: Reading

    /// Goes from the last token to the first; ``nodes`` are in that order too.
    private struct Reader {
        let tokens: [AddressToken]
        var nodes: [Node] = []
        private var index: Int
        /// The address that is being read, its last token first.
        private var current: [AddressToken] = []
        /// A word here goes on with the address; else it ends another one.
        private var takesWord = true
        private var isInGroup = false

        init(tokens: [AddressToken]) {
            self.tokens = tokens
            index = tokens.count - 1
        }

        mutating func run() {
            while index >= 0 {
                let token = tokens[index]
                switch token.kind {
                case .comment:
                    // It goes behind the address that it stands in.
                    nodes.append(.token(token))
                case .special(UInt8(ascii: ";")):
                    finishAddress(addingComma: true)
                    nodes.append(.token(token))
                    (isInGroup, takesWord) = (true, true)
                case .special(UInt8(ascii: ":")) where isInGroup:
                    finishAddress(addingComma: false)
                    nodes.append(.groupStart)
                    index -= 1
                    pass { !$0.isSpecial(",") }
                    continue
                case .special(UInt8(ascii: ">")):
                    finishAddress(addingComma: true)
                    nodes.append(.token(token))
                    index -= 1
                    readRoute()
                    takesWord = true
                    continue
                case .atom, .quoted, .literal:
                    if !takesWord { finishAddress(addingComma: true) }
                    current.append(token)
                    takesWord = false
                case .special(UInt8(ascii: ",")):
                    finishAddress(addingComma: false)
                    nodes.append(.token(token))
                    takesWord = true
                case .special:
                    current.append(token)
                    takesWord = true
                }
                index -= 1
            }
            finishAddress(addingComma: false)
        }

        /// The inside of `<…>`, and the phrase before it.
        private mutating func readRoute() {
            while index >= 0, !tokens[index].isSpecial("<") {
                if tokens[index].kind == .comment {
                    nodes.append(.token(tokens[index]))
                } else {
                    current.append(tokens[index])
                }
                index -= 1
            }
            finishAddress(addingComma: false)
            pass { !($0.isSpecial(">") || $0.isSpecial(";") || $0.isSpecial(",") || $0.isSpecial(":")) }
            if index >= 0, !isInGroup, tokens[index].isSpecial(":") {
                nodes.append(.token(tokens[index]))
                index -= 1
            }
        }

        private mutating func pass(while isPassed: (AddressToken) -> Bool) {
            while index >= 0, isPassed(tokens[index]) {
                nodes.append(.token(tokens[index]))
                index -= 1
            }
        }

        private mutating func finishAddress(addingComma: Bool) {
            guard !current.isEmpty else { return }
            nodes.append(.address(HeaderAddress(tokens: current.reversed())))
            if addingComma { nodes.append(.token(.special(","))) }
            current = []
        }
    }
}
