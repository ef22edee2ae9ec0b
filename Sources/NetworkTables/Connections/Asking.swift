import LookupTables

extension ServerPool {
    /// Asks for a table: what goes wrong is told in its name, and the observer learns of the request.
    func ask(
        _ request: [UInt8], of table: some LookupTable, at address: ServerAddress,
        observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> W.Reply {
        let answer: Answer
        if let observer {
            let start = ContinuousClock.now
            answer = await ask(request, isShareable: false)
            observer.asked(
                statement: WireViolation.shown(request.prefix { $0 != UInt8(ascii: "\n") }, limit: 1000),
                host: "\(address)", duration: .now - start)
        } else {
            answer = await ask(request)
        }
        switch answer {
        case .success(let reply): return reply
        case .failure(let trouble):
            throw LookupFailure(table: table.name, cause: .unavailable, reason: trouble.reason(at: address))
        }
    }
}

extension ServerTrouble {
    func reason(at address: ServerAddress) -> String {
        reason.contains("\(address)") ? reason : "\(address): \(reason)"
    }
}

extension LookupTable {
    /// A value as text. It ends at a zero byte, as it does for Postfix.
    ///
    /// - Throws: ``LookupFailure`` where it is not UTF-8.
    func text(_ value: [UInt8], for key: String) throws(LookupFailure) -> String {
        let bytes = value.prefix { $0 != 0 }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LookupFailure(
                table: name, cause: .result,
                reason: "key \"\(key)\": non-UTF-8 value \"\(WireViolation.shown(bytes))\": malformed UTF-8 "
                    + "or invalid codepoint")
        }
        return text
    }
}
