package libp2p.pubsub;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.message.SigningPolicy;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.router.VictimRouter;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.system.SystemEnvironment;

/** A router with the validation of its messages, whose threads run when a test says so. */
final class RouterWithValidation {
    final List<MessageId> heard = new ArrayList<>();
    final LockedRouter core;
    final Validation validation;
    private final Deque<Runnable> threads = new ArrayDeque<>();

    RouterWithValidation(List<PubSub.Validator> validators) {
        Environment environment = environment();
        core = new LockedRouter(
                environment,
                RouterNetwork.id("self"),
                GossipSub.create().withSigning(SigningPolicy.LAX).withGater(null),
                peer -> null,
                new Output());
        validation = new Validation(environment, message -> {}, PubSubLimits.Queues.DEFAULT, new Validation.Parts() {
            @Override
            public List<PubSub.Validator> validators(String topic) {
                return validators;
            }

            @Override
            public LockedRouter core() {
                return core;
            }
        });
    }

    private final class Output extends VictimRouter.Output {
        private List<PendingMessage> dropped = List.of();

        @Override
        public boolean validate(PendingMessage candidate) {
            dropped = validation.offer(candidate);
            return !dropped.contains(candidate);
        }

        @Override
        public List<PendingMessage> displaced() {
            return dropped;
        }

        @Override
        public void deliver(Message message, MessageId id, PeerId relayedBy) {
            heard.add(id);
        }
    }

    private Environment environment() {
        Environment real = SystemEnvironment.shared();
        return (Environment) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Environment.class}, (proxy, method, args) -> {
                    if (method.getName().equals("start")) {
                        threads.add((Runnable) args[1]);
                        return null;
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    /** Runs what was started; a thread whose stack overflows has ended. */
    void run() {
        validation.start();
        Runnable next;
        while ((next = threads.poll()) != null) {
            try {
                next.run();
            } catch (StackOverflowError ended) {
                continue;
            }
        }
    }
}
