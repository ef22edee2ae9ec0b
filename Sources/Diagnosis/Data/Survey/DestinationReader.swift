import MailFormat
import Routing

/// Takes the destinations of an alias apart: the plain ones byte by byte, all others by Routing's own reader.
struct DestinationReader: Sendable {
    private let router: Router
    private let lengthLimit: Int

    init(router: Router, lengthLimit: Int) {
        self.router = router
        self.lengthLimit = lengthLimit
    }

    /// What one value comes to.
    enum Destination {
        /// `user@domain` or `@domain`, as bytes.
        case plain(UnsafeRawBufferPointer)
        /// - Parameter isWord: the value has no domain for it.
        case address(MailAddress, isWord: Bool)
        case trouble(RowTroubles.Kind)
    }

    /// - Parameter body: given each destination in its order, and what is odd about the value.
    func forEach(in value: UnsafeRawBufferPointer, _ body: (Destination) -> Void) {
        var start = 0
        // Most values are one plain address, or some between commas.
        while start <= value.count {
            var end = start
            while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
            var first = start
            while first < end, value[first] == 0x20 { first += 1 }
            var last = end
            while last > first, value[last - 1] == 0x20 { last -= 1 }
            let piece = UnsafeRawBufferPointer(rebasing: value[first..<last])
            guard isPlain(piece) else {
                return readSlowly(
                    UnsafeRawBufferPointer(rebasing: value[start...]), isWhole: start == 0, body)
            }
            body(.plain(piece))
            start = end + 1
        }
    }

    /// Letters, digits and the usual signs round one `@`, and a dot in the domain.
    private func isPlain(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count > 3, piece.count <= lengthLimit else { return false }
        var at = -1
        var hasDot = false
        for index in 0..<piece.count {
            switch piece[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                continue
            case UInt8(ascii: "."):
                // Neither at the start of the domain nor twice.
                if index == 0 || index == at + 1 || piece[index - 1] == UInt8(ascii: ".") { return false }
                if at >= 0 { hasDot = true }
            case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "="):
                if at >= 0 { return false }
            case UInt8(ascii: "@"):
                if at >= 0 { return false }
                at = index
            default:
                return false
            }
        }
        return at >= 0 && hasDot && piece[piece.count - 1] != UInt8(ascii: ".")
    }

    private func readSlowly(
        _ value: UnsafeRawBufferPointer, isWhole: Bool, _ body: (Destination) -> Void
    ) {
        let text = String(decoding: value, as: UTF8.self)
        let addresses = AddressList.parse(text)
        guard !addresses.isEmpty else {
            // `jack@example.org,` has a comma too much, which is nothing.
            if isWhole { body(.trouble(.noAddress)) }
            return
        }
        if text.utf8.contains(UInt8(ascii: ";")), !text.utf8.contains(UInt8(ascii: ":")) {
            body(.trouble(.semicolon))
        }
        for address in addresses {
            if address.domain == nil { body(.trouble(.bareWord)) }
            let completed = router.completed(address)
            if completed.text.utf8.count > lengthLimit {
                body(.trouble(.tooLong))
            } else if !Self.isAddress(completed) {
                body(.trouble(.badAddress))
            } else {
                body(.address(completed, isWord: address.domain == nil))
            }
        }
    }

    /// Whether it could be anybody's address: a domain of letters, digits, hyphens and dots, or one in brackets, and
    /// a local part without another `@`.
    static func isAddress(_ address: MailAddress) -> Bool {
        guard !address.hasControlCharacter else { return false }
        guard let domain = address.domain else { return !address.localPart.isEmpty }
        let isClean = !address.localPart.utf8.contains { "@<>".utf8.contains($0) }
        return isClean && isDomain(domain)
    }

    static func isDomain(_ domain: String) -> Bool {
        if domain.hasPrefix("["), domain.hasSuffix("]") { return true }
        let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.count <= 63
                && label.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
                        true
                    default: false
                    }
                }
        }
    }
}
