import Delivery
import ServiceLifecycle

/// Ends the server where its keeper has ended. What is in flight is finished; what needed the keeper waits in the queue.
struct KeeperWatch: Service {
    let keeper: DeliveryKeeper

    func run() async throws {
        await cancelWhenGracefulShutdown { await keeper.waitForEnd() }
        guard keeper.hasEnded else { return }
        throw ServeFailure(
            "the process that delivers with the rights of others has ended, and only root can start it: start the "
                + "server again (systemd does so by itself with Restart=on-failure)")
    }
}
