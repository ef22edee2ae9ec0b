/// A table that takes any bytes as a key, such as a line of a message that is not UTF-8: `postmap -h`, `postmap -b`.
public protocol ByteTable: LookupTable {
    func lookup(bytes key: [UInt8]) async throws(LookupFailure) -> [UInt8]?
}
