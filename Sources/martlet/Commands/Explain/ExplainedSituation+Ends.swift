import Delivery
import Glibc
import LookupTables
import MailFormat
import PostfixConfig
import Routing

/// What the agents will make of a delivery, as far as tables, files and main.cf tell. Nobody is connected to.
extension ExplainedSituation {
    /// - Parameter observer: told of what is asked.
    func end(
        of recipient: MailAddress, by route: Route, observer: (any RoutingObserver)?
    ) async -> DeliveryEnd {
        switch service.transports.program(of: route.transport) {
        case nil: .waits(UnavailableAgent.reason(route.transport))
        case "error":
            route.transport == "retry"
                ? .waits(ErrorAgent.reason(route.nextHop, isTemporary: true))
                : .returned(ErrorAgent.reason(route.nextHop, isTemporary: false))
        case "discard": .discarded(route.nextHop.isEmpty ? "by \(route.transport)" : route.nextHop)
        case "lmtp": lmtpEnd(route)
        case "virtual": await virtualEnd(of: recipient, route.transport, observer)
        default: .open
        }
    }

    // MARK: lmtp(8)

    private func lmtpEnd(_ route: Route) -> DeliveryEnd {
        let settings = LMTPSettings(service.transports.configuration(of: route.transport))
        switch LMTPDestination(route.nextHop, defaultPort: settings.port) {
        case nil:
            return .waits(
                "the next hop \"\(route.nextHop)\" names no LMTP server: write unix:path or inet:host:port")
        case .inet: return .open
        case .unix(let name):
            let path = name.hasPrefix("/") ? name : "\(settings.socketDirectory)/\(name)"
            // Where one may not look, nothing is known.
            guard Glibc.access(path, F_OK) != 0, errno == ENOENT else { return .open }
            return .waits("there is no socket \(path): does the LMTP server run, and does it listen there?")
        }
    }

    // MARK: virtual(8)

    private func virtualEnd(
        of recipient: MailAddress, _ transport: String, _ observer: (any RoutingObserver)?
    ) async -> DeliveryEnd {
        let configuration = service.transports.configuration(of: transport)
        do throws(LookupFailure) {
            guard try await router.find(recipient, in: tables.virtualMailboxMaps) != nil else {
                return .returned(
                    "unknown user: \"\(recipient.text)\" (virtual_mailbox_maps does not have it)")
            }
            // Who adds a mailbox says whose it is, wherever that stands.
            let owners: [(Parameter<[String]>, kind: String, minimum: Int)] = [
                (.virtualUIDMaps, "uid", configuration[.virtualMinimumUID]), (.virtualGIDMaps, "gid", 1),
            ]
            for (parameter, kind, minimum) in owners where opener.overlay == nil {
                let list = opener.list(parameter.name, of: configuration[parameter])
                let record = RoutingRecord()
                let found = try await router.find(recipient, in: list, observer: record)?.value
                if let number = found.flatMap(UInt32.init), Int(number) >= minimum { continue }
                for step in record.steps { observer?.observed(step) }
                guard let found else {
                    return .waits(
                        "\(parameter.name) has no \(kind) for it: virtual(8) does not know whose the mailbox is"
                    )
                }
                return .waits("\(parameter.name) says \(found), which is no \(kind) of \(minimum) or more")
            }
        } catch {
            return .waits("\(error)")
        }
        let base = configuration[.virtualMailboxBase]
        guard base.hasPrefix("/") else {
            return .waits("virtual_mailbox_base = \(base): must be an absolute path")
        }
        return .open
    }

    // MARK: local(8)

    /// Mail that becomes mail again and again is followed so far.
    private static let deepest = 5

    /// How local(8) goes on: aliases, lists, forwarding, mailboxes.
    ///
    /// - Parameter depth: how often the mail has become a message of its own.
    func localEnd(
        of recipient: MailAddress, over transport: String, from sender: ReversePath,
        observer: (any RoutingObserver)?, depth: Int = 0
    ) async throws(LookupFailure) -> DeliveryEnd {
        let deliveries = try await router.localDeliveries(
            of: recipient, over: transport, from: sender, files: SystemFiles(), observer: observer)
        var ends: [DeliveryEnd] = []
        for delivery in deliveries {
            switch delivery.action {
            case .mailbox, .file, .command, .mailboxCommand: ends.append(.open)
            case .transport(let route):
                ends.append(await end(of: delivery.address, by: route, observer: observer))
            case .discard: ends.append(.discarded("required alias not found"))
            case .fail(_, let reason): ends.append(.returned(reason))
            case .postpone(_, let reason): ends.append(.waits(reason))
            case nil:
                ends.append(
                    try await forwardedEnd(to: delivery.address, from: delivery.sender, depth: depth + 1))
            }
        }
        return ends.combined
    }

    /// A message of its own, through the aliases as all mail.
    private func forwardedEnd(
        to address: MailAddress, from sender: ReversePath, depth: Int
    ) async throws(LookupFailure) -> DeliveryEnd {
        guard depth <= Self.deepest else { return .open }
        let destination = try await router.destination(of: address)
        switch await router.expansion(of: address, at: destination) {
        case .rejected(let reply): return .returned(reply.text)
        case .deferred(let reply, let cause):
            return .waits("\(address.quoted): \(cause.isEmpty ? reply.text : cause)")
        case .accepted(let recipients):
            var ends: [DeliveryEnd] = []
            for recipient in recipients {
                let route = try await router.route(for: recipient.address, from: sender)
                if service.transports.program(of: route.transport) == "local" {
                    ends.append(
                        try await localEnd(
                            of: recipient.address, over: route.transport, from: sender, observer: nil,
                            depth: depth))
                } else {
                    ends.append(await end(of: recipient.address, by: route, observer: nil))
                }
            }
            return ends.combined.of(address)
        }
    }
}
