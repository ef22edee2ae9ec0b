import LookupTables
import MailFormat

extension Inquiry {
    /// Mail for somebody who has moved goes back, with where to: relocated(5). Asked last, for addresses of every
    /// class, and whatever the transport is.
    mutating func relocation(of address: MailAddress) async throws(LookupFailure) -> (Route, because: String)?
    {
        let list = core.tables.relocatedMaps
        guard !list.isEmpty else { return nil }
        switch await search(list, for: [try await keys(of: address)])[0] {
        case .notFound: return nil
        case .failed(let failure): throw failure
        case .found(let value, let key, _):
            let text = core.settings.prefixesRelocated ? "5.1.6 User has moved to \(value)" : value
            return (Route(transport: "error", nextHop: text), "\(list.parameter) has \(key.text)")
        }
    }
}
