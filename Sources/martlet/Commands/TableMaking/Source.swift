import Foundation

/// Where a table's entries are read from: a file, or standard input.
struct Source {
    /// For messages: the path as it was given, or `stdin`.
    let name: String
    let file: Int32
    let status: stat

    /// - Parameter path: nil for standard input.
    init(_ path: String?) throws(PostmapFailure) {
        name = path ?? "stdin"
        file = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard file >= 0 else { throw PostmapFailure("open \(name): \(String(cString: strerror(errno)))") }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw PostmapFailure("fstat \(name): \(String(cString: strerror(errno)))")
        }
        self.status = status
    }

    func close() {
        if file != STDIN_FILENO { Foundation.close(file) }
    }

    private var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }

    /// Whether the table should be its owner's. A terminal's or a pipe's owner means nothing.
    var hasOwner: Bool { isRegular || file != STDIN_FILENO }

    /// The permissions of a new table: nobody may read it who may not read its source.
    var tableMode: UInt32 { isRegular ? 0o644 & ~(~UInt32(status.st_mode) & 0o077) : 0o644 }
}
