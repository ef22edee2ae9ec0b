import Logging
import LookupTables
import MailFormat

extension ClientList {
    /// For lists that give a client more than others have: whoever cannot be found in one has what everybody has.
    func surelyContains(name: String, address: IPAddress, logger: Logger) async -> Bool {
        do throws(LookupFailure) {
            return try await contains(name: name, address: address)
        } catch {
            logger.warning("\(parameter): \(error)")
            return false
        }
    }
}
