import Glibc
import PostfixConfig

/// A table's file, opened, with what is done for a key whatever the format: locks, and the NUL at the end of
/// keys and values that a table may have or not.
struct OpenDatabase: Sendable {
    let kind: DatabaseKind
    let file: DatabaseBytes

    /// What a reader meets besides an answer.
    enum Obstacle: Error {
        case trouble(DatabaseTrouble)
        /// Somebody writes the file in place.
        case locked
    }

    init(_ kind: DatabaseKind, path: String, forWriting: Bool = false) throws(SystemError) {
        self.kind = kind
        file = try DatabaseBytes(path: path, forWriting: forWriting)
    }

    /// Asks for a key with a NUL at its end and without, for tables are made both ways.
    func value(of key: [UInt8], mayWait: Bool) throws(Obstacle) -> [UInt8]? {
        // The NUL is the end's; a key that has one inside is in no table.
        if key.contains(0) { return nil }
        return try locked { () throws(DatabaseTrouble) in
            let reading = DatabaseReading(file: file, mayWait: mayWait)
            if let value = try kind.format.value(of: key + [0], in: reading) { return Self.text(value) }
            return try kind.format.value(of: key, in: reading).map(Self.text)
        }
    }

    /// Whether this is a file of its kind: what its first page says makes sense.
    func check() throws(Obstacle) {
        _ = try value(of: [UInt8(ascii: "@")], mayWait: true)
    }

    /// - Parameter key: as it stands in the file.
    func storedValue(of key: [UInt8]) throws(DatabaseTrouble) -> [UInt8]? {
        try kind.format.value(of: key, in: DatabaseReading(file: file, mayWait: true))
    }

    /// Hands out all entries as they are in the file.
    func forEachStored(_ body: ([UInt8], [UInt8]) throws -> Void) throws {
        try kind.format.forEach(in: DatabaseReading(file: file, mayWait: true), body)
    }

    private func locked<Answer>(
        _ body: () throws(DatabaseTrouble) -> Answer
    ) throws(Obstacle) -> Answer {
        do {
            if kind.lock == .whole {
                guard try FileLock.take(file.descriptor, .whole, .shared, waits: false) else {
                    throw Obstacle.locked
                }
            }
            defer { if kind.lock == .whole { FileLock.release(file.descriptor, .whole) } }
            return try body()
        } catch let error as DatabaseTrouble {
            throw .trouble(error)
        } catch let error as SystemError {
            throw .trouble(.system(error))
        } catch {
            throw .locked
        }
    }

    /// A key or value as it was written in the source: up to its NUL, where it has one.
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        guard let end = bytes.firstIndex(of: 0) else { return bytes }
        return Array(bytes[..<end])
    }
}
