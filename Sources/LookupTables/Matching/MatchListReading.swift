import PostfixConfig

extension MatchList {
    /// Takes the words of a list apart: `!`, `/file`, `type:name`, words.
    struct Reading<Failure: Error> {
        let open: (String) throws(Failure) -> TableList
        private(set) var elements: [Element] = []
        private var file: String?

        init(open: @escaping (String) throws(Failure) -> TableList) {
            self.open = open
        }

        /// A file may name files; one that names itself would never end.
        private static var deepest: Int { 10 }

        mutating func add(_ text: Substring, says: Bool, depth: Int) throws(Failure) {
            let pattern = String(text.drop { $0 == "!" })
            let says = (text.count - pattern.count).isMultiple(of: 2) ? says : !says
            switch pattern.utf8.first {
            case nil: return
            case UInt8(ascii: "/"): try addFile(pattern, says: says, depth: depth)
            case UInt8(ascii: "[")?: addWord(pattern, says)
            default:
                // An address of version 6 has colons too.
                if pattern.utf8.contains(UInt8(ascii: ":")), (try? AddressPattern(pattern)) == nil {
                    elements.append(Element(pattern: .table(try open(pattern)), says: says, file: file))
                } else {
                    addWord(pattern, says)
                }
            }
        }

        private mutating func addWord(_ word: String, _ says: Bool) {
            elements.append(
                Element(pattern: .word(KeyFolding.lowercase.fold(word)), says: says, file: file))
        }

        private mutating func addFile(_ path: String, says: Bool, depth: Int) throws(Failure) {
            let words: [String]
            do throws(UnreadableList) {
                guard depth < Self.deepest else {
                    throw UnreadableList("files that name files: more than \(Self.deepest) deep")
                }
                words = try Self.words(of: path)
            } catch {
                let failure = LookupFailure(table: path, cause: .configuration, reason: error.reason)
                elements.append(Element(pattern: .unreadable(failure), says: says))
                return
            }
            let outer = file
            file = path
            defer { file = outer }
            for word in words { try add(word[...], says: says, depth: depth + 1) }
        }

        private static func words(of path: String) throws(UnreadableList) -> [String] {
            do throws(FileContent.Failure) {
                return try ListSyntax.elements(ofFile: path)
            } catch {
                throw UnreadableList(error.description)
            }
        }
    }

    private struct UnreadableList: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }
}
