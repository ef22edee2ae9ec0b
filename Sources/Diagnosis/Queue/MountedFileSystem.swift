import Glibc
import PostfixConfig

/// The file system that a path lies on: proc(5), `/proc/self/mountinfo`.
struct MountedFileSystem {
    /// `ext4`, `tmpfs`
    let kind: String
    let mountPoint: String

    /// Nil where the path or the list cannot be read.
    init?(of path: String) {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        let path = String(cString: real)
        guard let table = try? FileContent.read("/proc/self/mountinfo") else { return nil }
        var best: (kind: String, mountPoint: String)?
        for line in table.split(separator: UInt8(ascii: "\n")) {
            // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count > 6, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else {
                continue
            }
            let point = Self.plain(words[4])
            let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
            // Of two at one place the later one is seen.
            if isAbove, point.utf8.count >= best?.mountPoint.utf8.count ?? 0 {
                best = (String(words[dash + 1]), point)
            }
        }
        guard let best else { return nil }
        (kind, mountPoint) = best
    }

    /// Without the octal escapes of blanks: `\040`.
    private static func plain(_ text: Substring) -> String {
        String(text).replacing("\\040", with: " ").replacing("\\011", with: "\t").replacing(
            "\\134", with: "\\")
    }
}
