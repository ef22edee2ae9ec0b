import Glibc

/// Whole files, by system calls, with the system's words when they fail.
enum FileContent {
    static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError() }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError()
            }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }
}

/// `errno` in the system's words: "No such file or directory".
struct SystemError: Error, Hashable, CustomStringConvertible {
    let number: Int32

    init(_ number: Int32 = errno) {
        self.number = number
    }

    var isMissingFile: Bool { number == ENOENT }

    var description: String { String(cString: strerror(number)) }
}
