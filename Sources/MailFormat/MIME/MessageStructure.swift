/// Which lines of a message are header fields and which are body: line by line, so that a message of any size can
/// be looked at while it comes in.
///
///     Content-Type: multipart/mixed; boundary=b     header, primary
///                                                   body
///     --b                                           body
///     Content-Type: message/rfc822                  header, mime
///                                                   body
///     Subject: inside                               header, nested
///
/// Source: RFC 5322 §2.1, RFC 2046 §5; what Postfix's header_checks(5) and body_checks(5) are asked.
public struct MessageStructure: Sendable {
    /// Where a header field stands.
    public enum Place: Sendable {
        /// At the start of the message.
        case primary
        /// Behind a boundary: `mime_header_checks`.
        case mime
        /// At the start of a message inside the message: `nested_header_checks`.
        case nested
    }

    public enum Piece: Sendable {
        /// A field with its continuation lines, which are parted by line feeds.
        case header([UInt8], Place)
        /// One line, also the empty one that ends a header.
        case body([UInt8])
    }

    private enum State {
        case header(Place)
        case body
    }

    private let looksIntoMIME: Bool
    private var state = State.header(.primary)
    private var field: [UInt8]?
    /// What follows the header that is being read.
    private var content = ContentType.Kind.other
    private var boundaries: [(text: [UInt8], isDigest: Bool)] = []

    /// `mime_nesting_limit`: parts inside parts are not looked into any deeper.
    private static let nestingLimit = 100
    /// `header_size_limit`: what is beyond is no part of a field.
    private static let longestField = 102_400

    /// - Parameter looksIntoMIME: header fields of parts and of messages inside are found too.
    public init(looksIntoMIME: Bool) {
        self.looksIntoMIME = looksIntoMIME
    }

    /// - Parameter line: without its line end.
    public mutating func take(_ line: [UInt8]) -> [Piece] {
        guard case .header(let place) = state else { return [bodyLine(line)] }
        if field != nil, line.first == 0x20 || line.first == 0x09 {
            append([0x0A] + line)
            return []
        }
        var pieces = finish()
        if let start = Self.fieldStart(line) {
            append(start)
            return pieces
        }
        state = .body
        if line.isEmpty {
            pieces.append(.body(line))
            if content == .message { begin(.nested) }
            return pieces
        }
        // The body of the message begins with an empty line also where there is none.
        if case .primary = place { pieces.append(.body([])) }
        pieces.append(bodyLine(line))
        return pieces
    }

    /// The field that was being read: the message, or its header, has ended.
    public mutating func finish() -> [Piece] {
        guard case .header(let place) = state, let field else { return [] }
        self.field = nil
        if looksIntoMIME, let type = ContentType(field: field) {
            content = type.kind
            for boundary in type.boundaries where boundaries.count < Self.nestingLimit {
                boundaries.append((boundary, type.kind == .multipart(isDigest: true)))
            }
        }
        return [.header(field, place)]
    }

    private mutating func append(_ bytes: [UInt8]) {
        let room = Self.longestField - (field?.count ?? 0)
        field = (field ?? []) + bytes.prefix(max(0, room))
    }

    private mutating func begin(_ place: Place) {
        state = .header(place)
        content = .other
    }

    /// A line of a body, which may be a boundary: RFC 2046 §5.1.1. Like Postfix, longer lines count too.
    private mutating func bodyLine(_ line: [UInt8]) -> Piece {
        guard line.count > 2, line.starts(with: "--".utf8) else { return .body(line) }
        guard let index = boundaries.lastIndex(where: { line.dropFirst(2).starts(with: $0.text) }) else {
            return .body(line)
        }
        let boundary = boundaries[index]
        if line.dropFirst(2 + boundary.text.count).starts(with: "--".utf8) {
            boundaries.removeSubrange(index...)
        } else {
            boundaries.removeSubrange((index + 1)...)
            begin(.mime)
            if boundary.isDigest { content = .message }
        }
        return .body(line)
    }

    /// A field's first line without the white space before its colon; nil where the line is none.
    ///
    /// A name has visible characters only: RFC 5322 §2.2, with the white space of §4.5.
    private static func fieldStart(_ line: [UInt8]) -> [UInt8]? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        var end = colon
        while end > 0, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        guard end > 0, line[..<end].allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return end == colon ? line : Array(line[..<end] + line[colon...])
    }
}
