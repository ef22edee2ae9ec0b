/// An LMDB file (lmdb.h, "data.mdb" without a directory): a B+ tree whose pages are never overwritten while
/// the last or the last but one transaction can see them.
///
/// So no lock is needed, and lookups go on while postmap writes: the tree that the newest of the two meta
/// pages names is whole, and a meta page that is the same before and after the search tells that it was this
/// tree all the time.
struct LightningDatabase: DatabaseFormat {
    /// What the newest meta page says.
    private struct Meta: Equatable {
        let pageSize: Int
        let root: UInt64
        let depth: Int
        let lastPage: UInt64
        let transaction: UInt64
    }

    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let noPage = UInt64.max
    private static let branch = 1, leaf = 2, overflow = 4
    /// No tree of 2⁴⁸ pages is as deep.
    private static let deepest = 32
    /// A writer that commits in the middle of so many searches is no sign of a damaged file.
    private static let attempts = 100

    func value(of key: [UInt8], in file: DatabaseReading) throws(DatabaseTrouble) -> [UInt8]? {
        // LMDB has no empty keys.
        guard !key.isEmpty else { return nil }
        for _ in 0..<Self.attempts {
            let meta = try newestMeta(file)
            let answer: Result<[UInt8]?, DatabaseTrouble>
            do throws(DatabaseTrouble) {
                answer = .success(try search(key[...], meta, file))
            } catch {
                answer = .failure(error)
            }
            if case .failure(.notInMemory) = answer { return try answer.get() }
            if try newestMeta(file) == meta { return try answer.get() }
        }
        throw .damaged("it changes faster than it can be read")
    }

    private func search(
        _ key: ArraySlice<UInt8>, _ meta: Meta, _ file: DatabaseReading
    ) throws(DatabaseTrouble) -> [UInt8]? {
        guard meta.root != Self.noPage else { return nil }
        var number = meta.root
        for _ in 0..<Self.deepest {
            let page = try page(number, meta, file)
            // The first entry that is greater than the key (in a branch the first one has no key: smaller
            // than all).
            var (low, high) = (page.isLeaf ? 0 : 1, page.count)
            while low < high {
                let middle = (low + high) / 2
                let order = try page.key(at: middle).compared(to: key)
                if order == 0, page.isLeaf { return try value(at: middle, of: page, meta, file) }
                if order <= 0 { low = middle + 1 } else { high = middle }
            }
            if page.isLeaf { return nil }
            number = try page.child(at: low - 1)
        }
        throw .damaged("its tree is deeper than any")
    }

    func forEach(in file: DatabaseReading, _ body: ([UInt8], [UInt8]) throws -> Void) throws {
        let meta = try newestMeta(file)
        guard meta.root != Self.noPage else { return }
        var pagesLeft = meta.lastPage + 1
        try walk(meta.root, meta, file, depth: Self.deepest, &pagesLeft, body)
        // A later writer may use pages again that this tree had; two of them it takes at least.
        guard try newestMeta(file).transaction <= meta.transaction + 1 else {
            throw DatabaseTrouble.damaged("it was changed while it was read")
        }
    }

    private func walk(
        _ number: UInt64, _ meta: Meta, _ file: DatabaseReading, depth: Int, _ pagesLeft: inout UInt64,
        _ body: ([UInt8], [UInt8]) throws -> Void
    ) throws {
        guard depth > 0, pagesLeft > 0 else { throw DatabaseTrouble.damaged("its tree runs in a circle") }
        pagesLeft -= 1
        let page = try page(number, meta, file)
        for index in 0..<page.count {
            if page.isLeaf {
                try body(Array(try page.key(at: index)), try value(at: index, of: page, meta, file))
            } else {
                try walk(try page.child(at: index), meta, file, depth: depth - 1, &pagesLeft, body)
            }
        }
    }

    private func value(
        at index: Int, of page: LightningPage, _ meta: Meta, _ file: DatabaseReading
    ) throws(DatabaseTrouble) -> [UInt8] {
        switch try page.value(at: index) {
        case .here(let bytes): return Array(bytes)
        case .onPages(let first, let length):
            guard first <= meta.lastPage else { throw .damaged("a value is on a page that is not there") }
            let place = Int(first) * meta.pageSize
            let head = PageBytes(bytes: try file.read(at: place, count: LightningPage.headerSize))
            guard try head.number(UInt64.self, at: 0) == first, try head.short(at: 10) & Self.overflow != 0
            else {
                throw .damaged("page \(first) holds no value")
            }
            return try file.readLong(at: place + LightningPage.headerSize, count: length)
        }
    }

    private func page(
        _ number: UInt64, _ meta: Meta, _ file: DatabaseReading
    ) throws(DatabaseTrouble) -> LightningPage {
        guard number > 1, number <= meta.lastPage else { throw .damaged("it names a page that is not there") }
        let bytes = try file.read(at: Int(number) * meta.pageSize, count: meta.pageSize)
        return try LightningPage(PageBytes(bytes: bytes), number: number)
    }

    private func newestMeta(_ file: DatabaseReading) throws(DatabaseTrouble) -> Meta {
        let first: Meta?
        let length = 152
        let start = PageBytes(bytes: try file.read(at: 0, count: length))
        first = try Self.meta(start, file: file)
        guard let first else {
            throw .foreign("it is no LMDB file")
        }
        let second = try Self.meta(
            PageBytes(bytes: try file.read(at: first.pageSize, count: length)), file: file)
        guard let second, second.pageSize == first.pageSize else {
            throw .damaged("its second meta page is not there")
        }
        return second.transaction > first.transaction ? second : first
    }

    private static func meta(_ page: PageBytes, file: DatabaseReading) throws(DatabaseTrouble) -> Meta? {
        guard try page.word(at: 16) == magic else { return nil }
        guard try page.word(at: 20) == 1 else {
            throw .foreign("it has a version of LMDB's format that is not known")
        }
        // The free pages' record begins at 40, that of the tree at 88; 48 bytes each.
        let pageSize = Int(try page.word(at: 40))
        guard (256...65536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw .damaged("its pages have \(pageSize) bytes")
        }
        guard try page.short(at: 88 + 4) == 0 else {
            throw .foreign("its keys are sorted in a way that Postfix's tables have not")
        }
        let lastPage = try page.number(UInt64.self, at: 136)
        guard lastPage < UInt64(Int.max / pageSize / 2) else {
            throw .damaged("it names more pages than there can be")
        }
        return Meta(
            pageSize: pageSize, root: try page.number(UInt64.self, at: 88 + 40),
            depth: try page.short(at: 88 + 6), lastPage: lastPage,
            transaction: try page.number(UInt64.self, at: 144))
    }
}

/// A page of the tree.
///
///     0 number │ 10 kind │ 12 end of the offsets │ 16 offsets of the entries…      …entries
///     an entry: 0 length or child (6 bytes with the kind) │ 4 kind │ 6 key length │ 8 key, value
struct LightningPage {
    static let headerSize = 16

    enum Value {
        case here(ArraySlice<UInt8>)
        case onPages(first: UInt64, length: Int)
    }

    let isLeaf: Bool
    let count: Int
    private let page: PageBytes

    init(_ page: PageBytes, number: UInt64) throws(DatabaseTrouble) {
        self.page = page
        guard try page.number(UInt64.self, at: 0) == number else {
            throw .damaged("page \(number) is another one")
        }
        switch try page.short(at: 10) & 0x6F {
        case 1: isLeaf = false
        case 2: isLeaf = true
        default: throw .damaged("page \(number) is of no kind that a table has")
        }
        let end = try page.short(at: 12)
        guard end >= Self.headerSize, end <= page.bytes.count else {
            throw .damaged("page \(number) overflows")
        }
        count = (end - Self.headerSize) / 2
        guard count >= (isLeaf ? 1 : 2) else { throw .damaged("page \(number) is empty") }
    }

    private func entry(at index: Int) throws(DatabaseTrouble) -> Int {
        try page.short(at: Self.headerSize + 2 * index)
    }

    func key(at index: Int) throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        let entry = try entry(at: index)
        return try page.slice(at: entry + 8, count: try page.short(at: entry + 6))
    }

    func child(at index: Int) throws(DatabaseTrouble) -> UInt64 {
        let entry = try entry(at: index)
        return UInt64(try page.word(at: entry)) | UInt64(try page.short(at: entry + 4)) << 32
    }

    func value(at index: Int) throws(DatabaseTrouble) -> Value {
        let entry = try entry(at: index)
        let length = Int(try page.word(at: entry))
        let place = entry + 8 + (try page.short(at: entry + 6))
        switch try page.short(at: entry + 4) {
        case 0: return .here(try page.slice(at: place, count: length))
        case 1: return .onPages(first: try page.number(UInt64.self, at: place), length: length)
        default: throw .foreign("it has several values a key")
        }
    }
}
