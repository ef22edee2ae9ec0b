/// A Berkeley DB file of release 3.1 to 5.3, a hash table or a B tree: dbinc/db_page.h there.
///
/// `hash:` and `btree:` take either, as Postfix does. Page 0 has the description; it is read with each
/// lookup, for Postfix's postmap writes such files in place, under a lock that the caller holds for reading.
struct BerkeleyDatabase: DatabaseFormat {
    func value(of key: [UInt8], in file: DatabaseReading) throws(DatabaseTrouble) -> [UInt8]? {
        let description = try BerkeleyDescription(file)
        switch description.kind {
        case .hash(let buckets): return try BerkeleyHash(description, buckets).value(of: key)
        case .tree(let root): return try BerkeleyTree(description, root: root).value(of: key)
        }
    }

    func forEach(in file: DatabaseReading, _ body: ([UInt8], [UInt8]) throws -> Void) throws {
        let description = try BerkeleyDescription(file)
        switch description.kind {
        case .hash(let buckets): try BerkeleyHash(description, buckets).forEach(body)
        case .tree(let root): try BerkeleyTree(description, root: root).forEach(body)
        }
    }
}

/// Page 0.
///
///     12 magic │ 16 version │ 20 page size │ 24 encryption │ 26 flags │ 32 last page
///     hash: 72 last bucket, masks │ 92 hash of a known text │ 96 page offsets     tree: 88 root page
struct BerkeleyDescription {
    enum Kind {
        case hash(Buckets)
        case tree(root: UInt32)
    }

    /// How a hash table spreads its keys.
    struct Buckets {
        let last: UInt32
        let highMask: UInt32
        let lowMask: UInt32
        /// What is added to a bucket's number for its page, by the number's bits.
        let offsets: [UInt32]
        let hash: @Sendable ([UInt8]) -> UInt32
    }

    let kind: Kind
    let pageSize: Int
    let lastPage: UInt32
    private let file: DatabaseReading

    init(_ file: DatabaseReading) throws(DatabaseTrouble) {
        self.file = file
        guard file.size >= 512 else { throw .foreign("it is no Berkeley DB file") }
        let page = PageBytes(bytes: try file.read(at: 0, count: 512))
        pageSize = Int(try page.word(at: 20))
        lastPage = try page.word(at: 32)
        let (magic, version) = (try page.word(at: 12), try page.word(at: 16))
        switch magic {
        case 0x61561: kind = .hash(try Self.buckets(page))
        case 0x53162: kind = .tree(root: try page.word(at: 88))
        case UInt32(0x61561).byteSwapped, UInt32(0x53162).byteSwapped:
            throw .foreign("it was made on a machine with the other byte order")
        default: throw .foreign("it is no Berkeley DB hash or btree file")
        }
        guard (8...10).contains(version) else {
            throw .foreign("it has version \(version) of Berkeley DB's format, which is not known")
        }
        guard (512...65536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw .damaged("its pages have \(pageSize) bytes")
        }
        guard try page.byte(at: 24) == 0, try page.byte(at: 26) == 0 else {
            throw .foreign("it is encrypted, has checksums or is divided, which Postfix's tables are not")
        }
    }

    private static func buckets(_ page: PageBytes) throws(DatabaseTrouble) -> Buckets {
        var offsets: [UInt32] = []
        for index in 0..<32 { offsets.append(try page.word(at: 96 + 4 * index)) }
        let known = Array("%$sniglet^&".utf8) + [0]
        let check = try page.word(at: 92)
        guard
            let hash = [BerkeleyHash.fowlerNollVo, BerkeleyHash.bernstein].first(where: { $0(known) == check }
            )
        else { throw .foreign("its keys are hashed in a way that is not known") }
        return Buckets(
            last: try page.word(at: 72), highMask: try page.word(at: 76), lowMask: try page.word(at: 80),
            offsets: offsets, hash: hash)
    }

    func page(_ number: UInt32) throws(DatabaseTrouble) -> BerkeleyPage {
        guard number > 0, number <= lastPage else {
            throw .damaged("it names page \(number), which is not there")
        }
        let bytes = try file.read(at: Int(number) * pageSize, count: pageSize)
        return try BerkeleyPage(PageBytes(bytes: bytes), number: number)
    }

    /// What is too long for a page stands on a chain of pages of its own.
    func long(from first: UInt32, length: UInt32) throws(DatabaseTrouble) -> [UInt8] {
        guard Int(length) <= file.size else { throw .damaged("an entry is longer than the file") }
        var bytes: [UInt8] = []
        var number = first
        // A chain has no more pages than its length needs.
        while bytes.count < length {
            let page = try page(number)
            let piece = try page.overflowBytes()
            guard !piece.isEmpty else { throw .damaged("page \(number) holds nothing") }
            bytes += piece
            number = page.next
        }
        guard bytes.count == length else { throw .damaged("an entry is longer than it says") }
        return bytes
    }
}

/// A page of either kind.
///
///     8 number │ 16 next page │ 20 entries │ 22 start of the entries, or length of an overflow page │ 24 level │ 25 type │ 26 offsets…
struct BerkeleyPage {
    static let headerSize = 26

    enum PageType: UInt8 {
        case unused = 0, unsortedHash = 2, treeBranch = 3, treeLeaf = 5, overflow = 7, hash = 13
    }

    let number: UInt32
    let type: PageType
    let count: Int
    let next: UInt32
    let contents: PageBytes

    init(_ contents: PageBytes, number: UInt32) throws(DatabaseTrouble) {
        self.contents = contents
        self.number = number
        guard let type = PageType(rawValue: try contents.byte(at: 25)) else {
            throw .damaged("page \(number) is of no kind that a table has")
        }
        self.type = type
        // A bucket that has never been used is zeros throughout.
        guard try contents.word(at: 8) == number || type == .unused else {
            throw .damaged("page \(number) is another one")
        }
        next = try contents.word(at: 16)
        count = type == .unused || type == .overflow ? 0 : try contents.short(at: 20)
        guard Self.headerSize + 2 * count <= contents.bytes.count else {
            throw .damaged("page \(number) overflows")
        }
    }

    func offset(of index: Int) throws(DatabaseTrouble) -> Int {
        try contents.short(at: Self.headerSize + 2 * index)
    }

    func overflowBytes() throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        guard type == .overflow else { throw .damaged("page \(number) is no page of a long entry") }
        return try contents.slice(at: Self.headerSize, count: try contents.short(at: 22))
    }
}
