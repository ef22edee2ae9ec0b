import CMongoC
import LookupTables

/// The `query_filter` setting: a JSON document with expansions inside its strings.
///
///     {"$or": [{"username": "%s"}, {"alias.address": "%s"}], "active": 1}
///
/// It is read once. A key is put into the strings of the document, not into its text, so whatever the key holds
/// stays a string.
final class FilterTemplate: Sendable {
    private let elements: [Element]
    /// The templates in its strings.
    let templates: [ExpansionTemplate]

    private indirect enum Element: Sendable {
        /// Always the same: an element of this document, by its position.
        case fixed(BSONDocument)
        case document(name: String, [Element])
        case array(name: String, [Element])
        case text(name: String, ExpansionTemplate, Place)
        case pattern(name: String, ExpansionTemplate, options: String)
    }

    /// What a string is to the server.
    private enum Place {
        case value
        /// A regular expression.
        case pattern
        /// An aggregation expression, where `$name` is a field.
        case expression
        /// A program, or something else that cannot be quoted for.
        case code
    }

    init(_ text: String) throws(TableError) {
        let document: BSONDocument
        do throws(TableError) {
            document = try BSONDocument(json: text)
        } catch {
            throw TableError(
                "no JSON document (\(error)); %s and its like must stand between quotation marks")
        }
        var templates: [ExpansionTemplate] = []
        elements = try Self.read(BSONIterator(document.pointer), .value, depth: 0, &templates)
        withExtendedLifetime(document) {}
        self.templates = templates
    }

    // MARK: Reading

    private static func read(
        _ iterator: BSONIterator, _ place: Place, depth: Int, _ templates: inout [ExpansionTemplate]
    ) throws(TableError) -> [Element] {
        guard depth < 100 else { throw TableError("nested too deep") }
        var elements: [Element] = []
        while iterator.next() {
            let name = iterator.name
            guard !name.contains("%") else {
                throw TableError("\"\(name)\": a field's name cannot have parts of the key")
            }
            let inner = self.place(under: name, place)
            switch iterator.type {
            case BSON_TYPE_DOCUMENT:
                let inside = try read(iterator.inside, inner, depth: depth + 1, &templates)
                elements.append(.document(name: name, inside))
            case BSON_TYPE_ARRAY:
                let inside = try read(iterator.inside, inner, depth: depth + 1, &templates)
                elements.append(.array(name: name, inside))
            case BSON_TYPE_UTF8:
                let text = iterator.text.map { String(decoding: $0, as: UTF8.self) } ?? ""
                elements.append(.text(name: name, try template(text, name, inner, &templates), inner))
            case BSON_TYPE_REGEX:
                let (text, options) = iterator.pattern
                let template = try self.template(text, name, .pattern, &templates)
                elements.append(.pattern(name: name, template, options: options))
            default:
                let copy = BSONDocument { bson_append_iter($0, nil, -1, iterator.pointer) }
                guard let copy else { throw TableError("\"\(name)\": the document is too large") }
                elements.append(.fixed(copy))
            }
        }
        return elements
    }

    private static func place(under name: String, _ place: Place) -> Place {
        switch name {
        case "$where", "$function", "$accumulator": .code
        case "$regex": .pattern
        case "$expr" where place == .value: .expression
        case "$literal" where place == .expression: .value
        default: place
        }
    }

    private static func template(
        _ text: String, _ name: String, _ place: Place, _ templates: inout [ExpansionTemplate]
    ) throws(TableError) -> ExpansionTemplate {
        guard let template = ExpansionTemplate(text) else {
            throw TableError("\"\(name)\": Invalid query template: \(text)")
        }
        if place == .code, template.parts.contains(where: { if case .text = $0 { false } else { true } }) {
            throw TableError(
                "\"\(name)\": a program cannot have parts of the key, which would become a part of it")
        }
        templates.append(template)
        return template
    }

    // MARK: Filling

    /// The filter for a key; nil where it is too large for a document.
    func fill(with key: String) -> BSONDocument? {
        key.withBytes { bytes in
            let key = SplitValue(bytes)
            return BSONDocument { Self.append(elements, key, to: $0) }
        }
    }

    private static func append(
        _ elements: [Element], _ key: SplitValue, to document: OpaquePointer
    ) -> Bool {
        elements.allSatisfy { element in
            switch element {
            case .fixed(let fixed): return bson_concat(document, fixed.pointer)
            case .document(let name, let elements):
                guard let child = BSONDocument({ append(elements, key, to: $0) }) else { return false }
                return bson_append_document(document, name, -1, child.pointer)
            case .array(let name, let elements):
                guard let child = BSONDocument({ append(elements, key, to: $0) }) else { return false }
                return bson_append_array(document, name, -1, child.pointer)
            case .pattern(let name, let template, let options):
                let pattern = text(template, key, isPattern: true)
                return bson_append_regex(document, name, -1, pattern, options)
            case .text(let name, let template, .expression) where startsWithKey(template):
                let text = text(template, key, isPattern: false)
                guard let literal = BSONDocument({ append(text, named: "$literal", to: $0) }) else {
                    return false
                }
                return bson_append_document(document, name, -1, literal.pointer)
            case .text(let name, let template, let place):
                return append(text(template, key, isPattern: place == .pattern), named: name, to: document)
            }
        }
    }

    /// `$name` is a field only at the start of a string.
    private static func startsWithKey(_ template: ExpansionTemplate) -> Bool {
        if case .text = template.parts.first { false } else { !template.parts.isEmpty }
    }

    private static func append(
        _ text: String, named name: String, to document: OpaquePointer
    ) -> Bool {
        guard let length = Int32(exactly: text.utf8.count) else { return false }
        return bson_append_utf8(document, name, -1, text, length)
    }

    private static func text(_ template: ExpansionTemplate, _ key: SplitValue, isPattern: Bool) -> String {
        var bytes: [UInt8] = []
        template.fill(with: key, into: &bytes) { value, text in
            for byte in value {
                // PCRE takes a backslash before anything that is neither letter nor digit for a plain character.
                if isPattern, byte < 0x80, !isLetterOrDigit(byte) { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
