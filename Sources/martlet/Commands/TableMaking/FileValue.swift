import Foundation
import PostfixConfig

/// `-F`: a table whose values are the contents of files, in base64, one after the other with a line end
/// between them.
enum FileValue {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The contents of the files that a value names, between commas or blanks.
    static func contents(of paths: String) throws(Failure) -> [UInt8] {
        var contents: [[UInt8]] = []
        for path in ListSyntax.split(paths) {
            do throws(FileContent.Failure) {
                contents.append(try FileContent.read(path))
            } catch {
                throw Failure(description: "\(error.step) \(path): \(error)")
            }
        }
        return Array(contents.joined(separator: [UInt8(ascii: "\n")]))
    }

    static func encoded(_ value: [UInt8]) throws(Failure) -> [UInt8] {
        Array(Data(try contents(of: String(decoding: value, as: UTF8.self))).base64EncodedString().utf8)
    }

    /// Nil where it is no base64.
    static func decoded(_ value: [UInt8]) -> [UInt8]? {
        Data(base64Encoded: Data(value)).map(Array.init)
    }
}
