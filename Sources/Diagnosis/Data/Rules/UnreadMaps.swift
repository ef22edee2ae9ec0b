/// What the other rules of this folder cannot see.
public struct UnreadMaps: Rule {
    public static let name = "unread-maps"
    public static let summary =
        "A map whose rows cannot be gone through, so that loops and dead ends in it stay unseen."
    public static let remedy = "none is needed; `martlet explain ADDRESS` asks such a map for one address"
    public static let worst = Finding.Severity.advice
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        var seen: Set<String> = []
        let unread = survey.maps.filter { map in
            !map.isRead && map.obstacle != SurveyedMap.outOfOrder && seen.insert(map.name).inserted
        }
        guard let first = unread.first else { return [] }
        return [
            finding(
                .advice, unread.count == 1 ? first.name : unread.count.counted("map", "maps"),
                "could not be read whole: \(unread.shortened(to: 10, \.name)); "
                    + "what is wrong with single entries in there is not found",
                evidence: unread.prefix(10).map { Evidence(place: $0.name, $0.obstacle ?? "") },
                cure: "nothing has to be done; ask for single addresses with: \(setup.configuration.command("explain")) ADDRESS")
        ]
    }
}
