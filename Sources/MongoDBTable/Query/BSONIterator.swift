import CMongoC

/// Goes through the elements of a document. The document must outlive it.
///
/// libbson's type wants an alignment that Swift's own variables do not have, so it lies in memory of its own.
final class BSONIterator {
    // A `bson_iter_t *`.
    let pointer: OpaquePointer
    private let memory: UnsafeMutableRawPointer

    private init(_ start: (OpaquePointer) -> Bool) {
        memory = .allocate(byteCount: MemoryLayout<bson_iter_t>.size, alignment: 128)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<bson_iter_t>.size)
        pointer = OpaquePointer(memory)
        isUsable = start(pointer)
    }

    deinit { memory.deallocate() }

    private let isUsable: Bool

    /// - Parameter document: a `bson_t *`.
    convenience init(_ document: OpaquePointer) {
        self.init { bson_iter_init($0, document) }
    }

    /// Moves to the next element; false where there is none.
    func next() -> Bool { isUsable && bson_iter_next(pointer) }

    var name: String { String(cString: bson_iter_key(pointer)) }

    var type: bson_type_t { bson_iter_type(pointer) }

    /// The elements of the document or the array that this element is.
    var inside: BSONIterator { BSONIterator { bson_iter_recurse(self.pointer, $0) } }

    /// The bytes of a string; nil where the element is none.
    var text: UnsafeBufferPointer<UInt8>? {
        var length: UInt32 = 0
        guard let text = bson_iter_utf8(pointer, &length) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
        return bytes.bindMemory(to: UInt8.self)
    }

    /// A regular expression and its options.
    var pattern: (text: String, options: String) {
        var options: UnsafePointer<CChar>?
        let text = bson_iter_regex(pointer, &options)
        return (text.map { String(cString: $0) } ?? "", options.map { String(cString: $0) } ?? "")
    }
}
