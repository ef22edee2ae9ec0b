import Foundation

/// The addresses that the command was given, in chunks: its arguments, or lines of standard input where one is `-`.
struct AddressInput {
    private var arguments: ArraySlice<String>
    private var isReadingInput = false
    /// So many are asked about at the same time.
    static let chunk = 64
    private static let longestLine = 4096

    init(_ arguments: [String]) {
        self.arguments = arguments[...]
    }

    /// Nil after the last.
    mutating func next() throws(ExplainFailure) -> [String]? {
        var chunk: [String] = []
        while chunk.count < Self.chunk {
            if isReadingInput {
                guard let line = readLine() else {
                    isReadingInput = false
                    continue
                }
                let address = line.trimmingCharacters(in: .whitespaces)
                if address.isEmpty || address.hasPrefix("#") { continue }
                chunk.append(try Self.checked(address))
            } else if let argument = arguments.popFirst() {
                if argument == "-" { isReadingInput = true } else { chunk.append(try Self.checked(argument)) }
            } else {
                break
            }
        }
        return chunk.isEmpty ? nil : chunk
    }

    private static func checked(_ address: String) throws(ExplainFailure) -> String {
        guard address.utf8.count <= longestLine, !address.utf8.contains(where: { $0 < 32 || $0 == 127 })
        else {
            throw ExplainFailure(
                "\"\(address.prefix(80))\": an address with control characters, or of more than \(longestLine) bytes, "
                    + "cannot be sent", exitCode: EX_USAGE)
        }
        return address
    }
}
