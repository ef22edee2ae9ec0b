/// The agents by the name of their transport.
public struct AgentRegistry: Sendable {
    private let agents: [String: any DeliveryAgent]
    private let unavailable = UnavailableAgent()

    /// `error`, `retry` and `discard` are always there; `agents` adds to them or takes their place.
    public init(_ agents: [String: any DeliveryAgent]) {
        let standing: [String: any DeliveryAgent] = [
            "error": ErrorAgent(isTemporary: false), "retry": ErrorAgent(isTemporary: true),
            "discard": DiscardAgent(),
        ]
        self.agents = standing.merging(agents) { _, given in given }
    }

    /// The transport's agent, or one that keeps the mail and says that there is none.
    subscript(transport: String) -> any DeliveryAgent { agents[transport] ?? unavailable }

    /// Ends what the agents keep between deliveries; they go on to work.
    public func shutdown() async {
        for agent in agents.values { await agent.shutdown() }
    }
}
