/// Bytes for a message: what is no UTF-8 is shown as question marks, one a byte.
package enum PrintableText {
    package static func of(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            if let valid = String(validating: rest, as: UTF8.self) { return text + valid }
            // The longest character that begins here, else a byte of none.
            let length = (1...4).first {
                $0 <= rest.count && String(validating: rest.prefix($0), as: UTF8.self) != nil
            }
            text += length.map { String(decoding: rest.prefix($0), as: UTF8.self) } ?? "?"
            rest = rest.dropFirst(length ?? 1)
        }
        return text
    }
}
