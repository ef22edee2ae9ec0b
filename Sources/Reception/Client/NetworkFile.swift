#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file that a list in main.cf names, when settings are loaded.
public enum NetworkFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: the system's words.
    public static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else {
            throw Failure(description: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        guard ferror(file) == 0 else { throw Failure(description: String(cString: strerror(errno))) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
