/// Every parameter that main.cf can set: Postfix's, and Martlet's own.
public enum ParameterCatalogue {
    /// By name, as C's strcmp() orders them.
    public static let all: [ParameterDefinition] =
        topics.flatMap(\.self).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    public static func definition(of name: String) -> ParameterDefinition? { byName[name] }

    /// The syntax of a value, for the parameters of the catalogue and those that each transport has.
    public static func kind(of name: String) -> ParameterKind? {
        if let definition = byName[name] { return definition.kind }
        return PerTransportParameter(name: name).flatMap { byName[$0.suffix.common]?.kind }
    }

    /// Names from earlier releases of Postfix, which defaults still look at: `virtual_maps`, `fallback_relay`. They
    /// have no default of their own.
    public static let formerNames: Set<String> = {
        var names: Set<String> = []
        for definition in all where definition.kind != .template {
            guard case .text(let text) = definition.default else { continue }
            names.formUnion((try? MacroExpression.parameters(namedIn: text)) ?? [])
        }
        return names.subtracting(all.map(\.name))
    }()

    private static let topics: [[ParameterDefinition]] = [
        identity, places, logging, smtpServer, smtpServerLimits, messages, restrictions, rejectCodes, virtual,
        transports, queue, lmtpClient, bounces, tables, addressVerification, localDelivery, rewriting, routes,
        copies,
        content, milters, reports, verp, queueManager, queueFiles, daemons, serviceNames, installation,
        access,
        loggingDetails, fileTables, resolver, sessions, rates, accessPolicy, serverAuthentication, serverTLS,
        tlsLibrary, lookupService, smtpClient, clientAuthentication, clientTLS, postscreen, tlsProxy,
        lmtpClientDetails,
    ]
}
