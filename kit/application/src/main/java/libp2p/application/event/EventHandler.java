package libp2p.application.event;

/** Takes the events of an {@link EventDrivenApp}, one at a time in their order. */
@FunctionalInterface
public interface EventHandler {
    /**
     * Takes an event; may block, which delays no other handler. An exception is logged and counted, and the next event
     * follows.
     */
    void handle(AppEvent event) throws Exception;
}
