import Glibc
import PostfixConfig

/// The names in a directory, for whoever has misspelt one.
enum FileNames {
    /// More are not looked at.
    private static let limit = 1000

    /// The name that was probably meant: a slip away, or the same with words more or fewer
    /// (`mysql-virtual-alias-maps.cf` and `virtual-alias-maps.cf`).
    static func nearest(to name: String, in directory: String) -> String? {
        guard let stream = opendir(directory) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(stream) {
            let found = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !found.hasPrefix(".") { names.append(found) }
        }
        names.sort()
        return Spelling.nearest(to: name, in: names)
            ?? names.first { !$0.isEmpty && ($0.hasSuffix("-\(name)") || name.hasSuffix("-\($0)")) }
    }
}
