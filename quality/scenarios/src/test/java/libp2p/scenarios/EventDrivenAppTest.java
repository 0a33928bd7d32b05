package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.application.event.AppEvent;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.NetworkError;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerDisconnected;
import libp2p.application.event.EventDrivenApp;
import libp2p.application.event.HandlerRegistration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.PubSub;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.pubsub.GossipSub;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** An application that is driven by the events of its host and the messages of its topics. */
class EventDrivenAppTest {
    private static String text(AppEvent event) {
        MessageReceived message = (MessageReceived) event;
        return message.topic() + ": " + new String(message.data(), UTF_8);
    }

    private static void publish(TestNode node, String topic, String text) throws IOException {
        node.host()
                .find(PubSub.class)
                .orElseThrow()
                .publish(topic, text.getBytes(UTF_8), 1, Deadline.after(node.environment(), Duration.ofMinutes(1)));
    }

    @Test
    void handlersHearOfPeersAndMessagesInOrderAndOneThatThrowsDisturbsNoOther() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice", host -> host.with(GossipSub.create()));
            TestNode bob = world.node("bob", host -> host.with(GossipSub.create()));
            BlockingQueue<AppEvent> heard = new LinkedBlockingQueue<>();
            try (EventDrivenApp app = EventDrivenApp.on(alice.host())) {
                HandlerRegistration failing = app.register("failing", event -> {
                    throw new IOException("test");
                });
                app.register("listening", heard::add);
                assertThat(app.handlers()).containsExactly("failing", "listening");
                app.join("chat");
                app.join("file");
                bob.connect(alice);
                assertThat(heard.take()).isEqualTo(new PeerConnected(bob.id()));

                publish(bob, "chat", "hello");
                assertThat(text(heard.take())).isEqualTo("chat: hello");
                publish(bob, "file", "bytes");
                AppEvent file = heard.take();
                assertThat(text(file)).isEqualTo("file: bytes");
                assertThat(((MessageReceived) file).from()).isEqualTo(bob.id());
                app.publish("chat", "own".getBytes(UTF_8));
                AppEvent own = heard.take();
                assertThat(text(own)).isEqualTo("chat: own");
                assertThat(((MessageReceived) own).from()).isEqualTo(alice.id());

                BlockingQueue<AppEvent> late = new LinkedBlockingQueue<>();
                app.register("late", late::add);
                assertThat(late.take()).as("known to a new handler").isEqualTo(new PeerConnected(bob.id()));

                bob.host().connections().forEach(connection -> connection.close(ErrorCode.NONE, "goodbye"));
                assertThat(heard.take()).isEqualTo(new PeerDisconnected(bob.id()));
                assertThat(late.take()).isEqualTo(new PeerDisconnected(bob.id()));
                world.simulation().settle();
                assertThat(failing.failures()).as("each event").isEqualTo(5);
                assertThat(heard).as("an orderly end is no error").isEmpty();
            }
        });
    }

    @Test
    void aDialThatFailsIsAnErrorWithItsCause() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            BlockingQueue<AppEvent> heard = new LinkedBlockingQueue<>();
            try (EventDrivenApp app = EventDrivenApp.on(alice.host())) {
                app.register("errors", heard::add);
                PeerAddress nothing = PeerAddress.of(bob.id(), List.of(Multiaddr.parse(World.address("10.0.0.2", 9))));
                assertThatThrownBy(() -> alice.host().connect(nothing)).isInstanceOf(IOException.class);
                NetworkError error = (NetworkError) heard.take();
                assertThat(error.peer()).isEqualTo(bob.id());
                assertThat(error.cause()).isNotNull();
                assertThat(error.text()).contains("10.0.0.2").contains("CLOSED");
                app.report(new NetworkError(null, "of the application", null));
                assertThat(((NetworkError) heard.take()).text()).isEqualTo("of the application");
                assertThatThrownBy(() -> app.join("chat"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("GossipSub");
            }
        });
    }

    @Test
    void aHandlerThatHangsLosesItsOldestMessagesAndNeverTheLastStateOfAPeer() {
        World.underManySeeds(world -> {
            TestNode alice =
                    world.node("alice", host -> host.with(GossipSub.create()).limit("application.handler-events", 4));
            TestNode bob = world.node("bob", host -> host.with(GossipSub.create()));
            CountDownLatch called = new CountDownLatch(1);
            CountDownLatch hangs = new CountDownLatch(1);
            BlockingQueue<AppEvent> slow = new LinkedBlockingQueue<>();
            BlockingQueue<AppEvent> quick = new LinkedBlockingQueue<>();
            try (EventDrivenApp app = EventDrivenApp.on(alice.host())) {
                HandlerRegistration hanging = app.register("hanging", event -> {
                    called.countDown();
                    hangs.await();
                    slow.add(event);
                });
                app.register("quick", quick::add);
                app.join("chat");
                bob.connect(alice);
                called.await();
                assertThat(quick.take()).isEqualTo(new PeerConnected(bob.id()));
                for (int i = 0; i < 10; i++) {
                    app.publish("chat", ("message " + i).getBytes(UTF_8));
                    assertThat(text(quick.take())).isEqualTo("chat: message " + i);
                }
                for (int i = 0; i < 3; i++) {
                    bob.host().connections().forEach(connection -> connection.close(ErrorCode.NONE, "goodbye"));
                    assertThat(quick.take()).isEqualTo(new PeerDisconnected(bob.id()));
                    if (i < 2) {
                        bob.connect(alice);
                        assertThat(quick.take()).isEqualTo(new PeerConnected(bob.id()));
                    }
                }
                hangs.countDown();
                world.simulation().settle();
                assertThat(slow.poll()).isEqualTo(new PeerConnected(bob.id()));
                assertThat(slow.stream()
                                .filter(MessageReceived.class::isInstance)
                                .map(EventDrivenAppTest::text))
                        .containsExactly("chat: message 7", "chat: message 8", "chat: message 9");
                assertThat(slow.stream().filter(AppEvent.PeerEvent.class::isInstance))
                        .containsExactly(new PeerDisconnected(bob.id()));
                assertThat(hanging.dropped()).isEqualTo(7);
            }
        });
    }

    /** One stranger sends as fast as it can on a topic of the application, which takes its time for each message. */
    @Test
    void aFloodOfOneNetworkLosesItsOwnMessages() {
        int most = 100;
        World.underSeeds(2, world -> {
            TestNode alice = world.node(
                    "alice", host -> host.with(GossipSub.create()).limit("application.handler-events", most));
            TestNode bob = at(world, "bob", "198.51.100.1");
            TestNode mallory = at(world, "mallory", "203.0.113.1");
            CountDownLatch hangs = new CountDownLatch(1);
            BlockingQueue<AppEvent> slow = new LinkedBlockingQueue<>();
            BlockingQueue<AppEvent> quick = new LinkedBlockingQueue<>();
            try (EventDrivenApp app = EventDrivenApp.on(alice.host())) {
                HandlerRegistration hanging = app.register("hanging", event -> {
                    hangs.await();
                    slow.add(event);
                });
                app.register("quick", quick::add);
                app.join("chat");
                bob.connect(alice);
                mallory.connect(alice);
                for (int i = 0; i < 10; i++) {
                    publish(bob, "chat", "bob " + i);
                    for (int j = 0; j < most / 5; j++) {
                        publish(mallory, "chat", "flood " + i + " " + j);
                        awaitText(quick, "flood");
                    }
                }
                hangs.countDown();
                world.simulation().settle();
                assertThat(hanging.dropped()).isGreaterThan(most / 2);
                assertThat(slow.stream()
                                .filter(MessageReceived.class::isInstance)
                                .map(EventDrivenAppTest::text)
                                .filter(text -> text.startsWith("chat: bob")))
                        .hasSize(10);
            }
        });
    }

    private static TestNode at(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), host -> host.with(GossipSub.create()), World.address(ip));
    }

    private static void awaitText(BlockingQueue<AppEvent> heard, String text) throws InterruptedException {
        AppEvent event = heard.take();
        while (!(event instanceof MessageReceived) || !text(event).contains(text)) {
            event = heard.take();
        }
    }

    @Test
    void aHandlerIsReplacedByItsNameAndEndsByItself() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            BlockingQueue<AppEvent> heard = new LinkedBlockingQueue<>();
            EventDrivenApp app = EventDrivenApp.on(alice.host());
            HandlerRegistration first = app.register("one", event -> heard.add(new NetworkError(null, "first", null)));
            HandlerRegistration second = app.register("one", heard::add);
            bob.connect(alice);
            assertThat(heard.take()).isEqualTo(new PeerConnected(bob.id()));
            first.close(); // does not take the other one away
            assertThat(app.handlers()).containsExactly("one");
            second.close();
            assertThat(app.handlers()).isEmpty();
            app.close();
            app.close();
            assertThat(heard).isEmpty();
            assertThatThrownBy(() -> app.register("two", heard::add)).isInstanceOf(IllegalStateException.class);
        });
    }
}
