import MailFormat

/// Follows aliases from an address to the recipients, in the order of cleanup(8), on answers that are there already.
///
/// An address that leads to itself stops there, and gets the mail as well as its other targets do.
///
/// Source: virtual_alias_recursion_limit and virtual_alias_expansion_limit in postconf(5).
struct AliasExpansion {
    /// An address that is missing is taken for no alias.
    var answers: [MailAddress: AliasAnswer]
    let recursionLimit: Int
    let expansionLimit: Int

    /// - Returns: the recipients, each once (without regard to case), in the order in which they are found.
    func recipients(of address: MailAddress) throws(AliasFailure) -> [MailAddress] {
        var list = [address]
        var selfMapped: Set<MailAddress> = []
        var index = 0
        while index < list.count {
            guard list.count <= expansionLimit else {
                if let path = loop(from: address, past: selfMapped) { throw .loop(path) }
                throw .setup(
                    "alias \(address.text) has more than virtual_alias_expansion_limit = \(expansionLimit) targets"
                )
            }
            try follow(&list, index, &selfMapped, from: address)
            index += 1
        }
        var seen: Set<MailAddress> = []
        return list.filter { seen.insert($0.folded).inserted }
    }

    /// Whether following fails with these answers, whatever the missing ones are.
    func fails(for address: MailAddress) -> Bool { (try? recipients(of: address)) == nil }

    /// Replaces the address at an index by its first target until it is no alias; the other targets go to the end,
    /// where their own first targets count from one again.
    private func follow(
        _ list: inout [MailAddress], _ index: Int, _ selfMapped: inout Set<MailAddress>,
        from origin: MailAddress
    ) throws(AliasFailure) {
        var depth = 0
        var path: [MailAddress] = []
        while !selfMapped.contains(list[index].folded) {
            let current = list[index]
            if let start = path.firstIndex(where: { $0.folded == current.folded }),
                path[start...].allSatisfy({ !selfMapped.contains($0.folded) })
            {
                throw .loop(Array(path[start...]) + [current])
            }
            // Whatever the address is: that it would be the last is not asked.
            guard depth < recursionLimit else {
                throw .setup(
                    "aliases of \(origin.text) are nested deeper than virtual_alias_recursion_limit = \(recursionLimit)"
                )
            }
            let targets: [MailAddress]
            switch answers[current] ?? .none {
            case .none: return
            case .targets(let found, _): targets = found
            case .failed(let failure): throw .lookup(failure)
            case .malformed(let key, let value):
                throw .setup("alias \(key) has no address in its answer \"\(value)\"")
            case .tooLong(let key, let length):
                throw .setup(
                    "alias \(key) has a target of \(length) bytes, more than virtual_alias_address_length_limit"
                )
            }
            path.append(current)
            list[index] = targets[0]
            list += targets.dropFirst()
            if targets.contains(where: { $0.folded == current.folded }) { selfMapped.insert(current.folded) }
            depth += 1
        }
    }

    /// A way that comes back to where it has been, other than by an alias to itself; nil where there is none.
    private func loop(from origin: MailAddress, past selfMapped: Set<MailAddress>) -> [MailAddress]? {
        var finished: Set<MailAddress> = []
        var path: [(address: MailAddress, rest: ArraySlice<MailAddress>)] = [(origin, targets(of: origin))]
        while let last = path.indices.last {
            guard let next = path[last].rest.popFirst() else {
                finished.insert(path.removeLast().address.folded)
                continue
            }
            if selfMapped.contains(next.folded) || finished.contains(next.folded) { continue }
            if let start = path.firstIndex(where: { $0.address.folded == next.folded }) {
                return path[start...].map(\.address) + [next]
            }
            path.append((next, targets(of: next)))
        }
        return nil
    }

    private func targets(of address: MailAddress) -> ArraySlice<MailAddress> {
        if case .targets(let targets, _) = answers[address] { targets[...] } else { [] }
    }
}
