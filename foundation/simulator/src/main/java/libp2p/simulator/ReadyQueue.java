package libp2p.simulator;

/** The threads that could run now, and the policy that picks one. Used by the carrier thread alone. */
interface ReadyQueue {
    void add(SimulatedThread thread);

    /** Takes the thread that runs next; the queue must not be empty. */
    SimulatedThread take();

    boolean isEmpty();

    /** Whether the running thread should give its turn to another here. */
    boolean preempts(SimulatedThread running);
}
