extension ExpansionTemplate {
    /// Appends the text of a query for a key.
    ///
    /// - Parameter quote: appends a value, so quoted that it means nothing but itself where it stands.
    package func fill(
        with key: SplitValue, into text: inout [UInt8],
        quote: (Slice<UnsafeBufferPointer<UInt8>>, inout [UInt8]) -> Void
    ) {
        for part in parts {
            switch part {
            case .text(let literal): text.append(contentsOf: literal)
            case .value, .key: quote(key.whole, &text)
            case .valueUser, .keyUser: quote(key.user, &text)
            case .valueDomain, .keyDomain: quote(key.domain, &text)
            case .keyLabel(let number): quote(key.label(number), &text)
            }
        }
    }

    /// Whether a value has every part of a value that the template names.
    func accepts(_ value: SplitValue) -> Bool {
        for part in parts {
            switch part {
            case .valueUser where value.isUserEmpty, .valueDomain where value.isDomainEmpty: return false
            default: continue
            }
        }
        return true
    }

    /// Appends the text of a result for a value that was found for a key.
    func format(_ value: SplitValue, of key: SplitValue, into text: inout [UInt8]) {
        for part in parts {
            switch part {
            case .text(let literal): text.append(contentsOf: literal)
            case .value: text.append(contentsOf: value.bytes)
            case .valueUser: text.append(contentsOf: value.user)
            case .valueDomain: text.append(contentsOf: value.domain)
            case .key: text.append(contentsOf: key.bytes)
            case .keyUser: text.append(contentsOf: key.user)
            case .keyDomain: text.append(contentsOf: key.domain)
            case .keyLabel(let number): text.append(contentsOf: key.label(number))
            }
        }
    }
}
