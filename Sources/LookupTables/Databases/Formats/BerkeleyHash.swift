/// A hash table of Berkeley DB: buckets of pages, each a chain; on a page key, value, key, value….
struct BerkeleyHash {
    private let description: BerkeleyDescription
    private let buckets: BerkeleyDescription.Buckets

    init(_ description: BerkeleyDescription, _ buckets: BerkeleyDescription.Buckets) {
        self.description = description
        self.buckets = buckets
    }

    /// The library's hash function since release 3.
    @Sendable static func fowlerNollVo(_ key: [UInt8]) -> UInt32 {
        key.reduce(0) { ($0 &* 16_777_619) ^ UInt32($1) }
    }

    /// The one before it.
    @Sendable static func bernstein(_ key: [UInt8]) -> UInt32 {
        key.reduce(0) { ($0 << 5 &+ $0) &+ UInt32($1) }
    }

    func value(of key: [UInt8]) throws(DatabaseTrouble) -> [UInt8]? {
        let hash = buckets.hash(key)
        var bucket = hash & buckets.highMask
        if bucket > buckets.last { bucket &= buckets.lowMask }
        var chain = try Chain(bucket, of: self)
        while let page = try chain.next() {
            for index in stride(from: 0, to: page.count - 1, by: 2) where try item(index, of: page, is: key) {
                return try item(index + 1, of: page)
            }
        }
        return nil
    }

    func forEach(_ body: ([UInt8], [UInt8]) throws -> Void) throws {
        guard buckets.last <= description.lastPage else {
            throw DatabaseTrouble.damaged("it has more buckets than pages")
        }
        for bucket in 0...buckets.last {
            var chain = try Chain(bucket, of: self)
            while let page = try chain.next() {
                for index in stride(from: 0, to: page.count - 1, by: 2) {
                    try body(try item(index, of: page), try item(index + 1, of: page))
                }
            }
        }
    }

    /// The pages of a bucket.
    private struct Chain {
        private let description: BerkeleyDescription
        private var number: UInt32
        private var pagesLeft: UInt32

        init(_ bucket: UInt32, of table: BerkeleyHash) throws(DatabaseTrouble) {
            description = table.description
            pagesLeft = description.lastPage
            // The buckets of 2ⁿ to 2ⁿ⁺¹-1 lie together.
            let bits = UInt32.bitWidth - bucket.leadingZeroBitCount
            guard bits < table.buckets.offsets.count else {
                throw .damaged("it has more buckets than there can be")
            }
            number = bucket &+ table.buckets.offsets[bits]
            guard number > 0 else { throw .damaged("it names page 0 for a bucket") }
        }

        mutating func next() throws(DatabaseTrouble) -> BerkeleyPage? {
            guard number != 0 else { return nil }
            guard pagesLeft > 0 else { throw .damaged("a bucket runs in a circle") }
            pagesLeft -= 1
            let page = try description.page(number)
            switch page.type {
            case .hash, .unsortedHash: number = page.next
            case .unused: number = 0
            default: throw .damaged("page \(page.number) is no page of a bucket")
            }
            return page
        }
    }

    private enum Item {
        case here(ArraySlice<UInt8>)
        case onPages(first: UInt32, length: UInt32)
    }

    /// An item reaches to where the one before it begins: they fill a page from its end.
    private func place(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> Item {
        let start = try page.offset(of: index)
        let end = index == 0 ? page.contents.bytes.count : try page.offset(of: index - 1)
        switch try page.contents.byte(at: start) {
        case 1: return .here(try page.contents.slice(at: start + 1, count: end - start - 1))
        case 3:
            return .onPages(
                first: try page.contents.word(at: start + 4), length: try page.contents.word(at: start + 8))
        case 2, 4: throw .foreign("it has several values a key")
        default: throw .damaged("page \(page.number) has an entry of no kind")
        }
    }

    private func item(_ index: Int, of page: BerkeleyPage) throws(DatabaseTrouble) -> [UInt8] {
        switch try place(index, of: page) {
        case .here(let bytes): return Array(bytes)
        case .onPages(let first, let length): return try description.long(from: first, length: length)
        }
    }

    private func item(_ index: Int, of page: BerkeleyPage, is key: [UInt8]) throws(DatabaseTrouble) -> Bool {
        switch try place(index, of: page) {
        case .here(let bytes): return bytes.count == key.count && bytes.compared(to: key[...]) == 0
        case .onPages(let first, let length):
            guard length == key.count else { return false }
            return try description.long(from: first, length: length) == key
        }
    }
}
