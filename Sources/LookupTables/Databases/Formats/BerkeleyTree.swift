/// A B tree of Berkeley DB, sorted by bytes.
///
///     branch entry: 0 length │ 2 kind │ 4 child │ 12 key        leaf entry: 0 length │ 2 kind │ 3 bytes
struct BerkeleyTree {
    private let description: BerkeleyDescription
    private let root: UInt32
    private static let deepest = 32
    /// The highest bit of an entry's kind: it was deleted.
    private static let deleted: UInt8 = 0x80

    init(_ description: BerkeleyDescription, root: UInt32) {
        self.description = description
        self.root = root
    }

    func value(of key: [UInt8]) throws(DatabaseTrouble) -> [UInt8]? {
        var number = root
        for _ in 0..<Self.deepest {
            let page = try description.page(number)
            guard page.type != .treeLeaf else { return try value(of: key, on: page) }
            guard page.type == .treeBranch, page.count > 0 else {
                throw .damaged("page \(number) is no page of a tree")
            }
            // The first entry's key is smaller than all.
            var (low, high) = (1, page.count)
            while low < high {
                let middle = (low + high) / 2
                if try branchKey(middle, of: page).compared(to: key[...]) <= 0 {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            number = try child(low - 1, of: page)
        }
        throw .damaged("its tree is deeper than any")
    }

    private func value(of key: [UInt8], on page: BerkeleyPage) throws(DatabaseTrouble) -> [UInt8]? {
        var (low, high) = (0, page.count / 2)
        while low < high {
            let middle = (low + high) / 2
            let order = try item(2 * middle, of: page).compared(to: key[...])
            if order == 0 {
                let isThere = try isPresent(2 * middle, of: page)
                return isThere ? Array(try item(2 * middle + 1, of: page)) : nil
            }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    func forEach(_ body: ([UInt8], [UInt8]) throws -> Void) throws {
        var pagesLeft = description.lastPage
        try walk(root, depth: Self.deepest, &pagesLeft, body)
    }

    private func walk(
        _ number: UInt32, depth: Int, _ pagesLeft: inout UInt32, _ body: ([UInt8], [UInt8]) throws -> Void
    ) throws {
        guard depth > 0, pagesLeft > 0 else { throw DatabaseTrouble.damaged("its tree runs in a circle") }
        pagesLeft -= 1
        let page = try description.page(number)
        switch page.type {
        case .treeBranch:
            for index in 0..<page.count {
                try walk(try child(index, of: page), depth: depth - 1, &pagesLeft, body)
            }
        case .treeLeaf:
            for index in stride(from: 0, to: page.count - 1, by: 2) where try isPresent(index, of: page) {
                try body(Array(try item(index, of: page)), Array(try item(index + 1, of: page)))
            }
        default: throw DatabaseTrouble.damaged("page \(number) is no page of a tree")
        }
    }

    private func child(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> UInt32 {
        try page.contents.word(at: try page.offset(of: index) + 4)
    }

    private func isPresent(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> Bool {
        try page.contents.byte(at: try page.offset(of: index) + 2) & Self.deleted == 0
    }

    private func branchKey(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        let start = try page.offset(of: index)
        switch try page.contents.byte(at: start + 2) & ~Self.deleted {
        case 1: return try page.contents.slice(at: start + 12, count: try page.contents.short(at: start))
        case 3: return try long(at: start + 12, of: page)
        default: throw .damaged("page \(page.number) has an entry of no kind")
        }
    }

    private func item(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        let start = try page.offset(of: index)
        switch try page.contents.byte(at: start + 2) & ~Self.deleted {
        case 1: return try page.contents.slice(at: start + 3, count: try page.contents.short(at: start))
        case 2: throw .foreign("it has several values a key")
        case 3: return try long(at: start, of: page)
        default: throw .damaged("page \(page.number) has an entry of no kind")
        }
    }

    private func long(at start: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        try description.long(
            from: try page.contents.word(at: start + 4), length: try page.contents.word(at: start + 8))[...]
    }
}
