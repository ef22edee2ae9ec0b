import Glibc
import PostfixConfig

/// Writes a cdb file, whose layout ``ConstantDatabase`` has. Eight bytes of memory an entry.
///
/// tinycdb's own writer looks for each key among all that it has seen; here they come sorted, so that nobody
/// has to.
final class ConstantDatabaseWriter: DatabaseWriter {
    private struct Slot {
        var hash: UInt32 = 0
        /// 0 where the slot is free.
        var place: UInt32 = 0
    }

    private let file: Int32
    private var buffer = [UInt8](repeating: 0, count: ConstantDatabase.headerSize)
    private var written = 0
    private var tables = [[Slot]](repeating: [], count: 256)
    private static let bufferSize = 1 << 18

    init(path: String) throws(WritingFailure) {
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw WritingFailure(description: SystemError().description) }
    }

    deinit { close(file) }

    func append(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(WritingFailure) {
        let hash = ConstantDatabase.hash(key)
        tables[Int(hash & 255)].append(Slot(hash: hash, place: try place()))
        add(UInt32(truncatingIfNeeded: key.count))
        add(UInt32(truncatingIfNeeded: value.count))
        buffer += key
        buffer += value
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func finish() throws(WritingFailure) {
        var header: [(place: UInt32, slots: UInt32)] = []
        for entries in tables {
            header.append((try place(), UInt32(entries.count * 2)))
            var slots = [Slot](repeating: Slot(), count: entries.count * 2)
            for entry in entries {
                var index = Int(entry.hash >> 8) % slots.count
                while slots[index].place != 0 { index = (index + 1) % slots.count }
                slots[index] = entry
            }
            for slot in slots {
                add(slot.hash)
                add(slot.place)
            }
            if buffer.count >= Self.bufferSize { try flush() }
        }
        _ = try place()
        try flush()
        for (place, slots) in header {
            add(place)
            add(slots)
        }
        let count = buffer.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        guard count == buffer.count else { throw WritingFailure(description: SystemError().description) }
    }

    /// Where the next byte comes. The format has 32 bits for it.
    private func place() throws(WritingFailure) -> UInt32 {
        guard let place = UInt32(exactly: written + buffer.count) else {
            throw WritingFailure(description: "a cdb file has room for 4 gigabytes; take lmdb")
        }
        return place
    }

    private func add(_ number: UInt32) {
        withUnsafeBytes(of: number.littleEndian) { buffer += $0 }
    }

    private func flush() throws(WritingFailure) {
        do throws(SystemError) {
            try FileOutput.write(buffer, to: file)
        } catch {
            throw WritingFailure(description: error.description)
        }
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
