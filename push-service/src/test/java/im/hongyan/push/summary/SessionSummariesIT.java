package im.hongyan.push.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.FakeMessageStore;
import im.hongyan.push.message.NewMessage;
import im.hongyan.push.reading.FakeReadPositions;
import im.hongyan.push.reading.ReadPosition;
import im.hongyan.push.store.PushStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SessionSummariesIT {
  private static final SessionId CHAT = new SessionId("s1");
  private static final SessionId EMPTY = new SessionId("s2");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private final ContentBson contents = new ContentBson(JsonMapper.builder().build());
  private final FakeMessageStore messages = new FakeMessageStore(contents);
  private final FakeReadPositions positions = new FakeReadPositions();
  private EmbeddedMongo mongo;
  private MongoClient client;
  private SessionSummaries summaries;
  private long seq;

  @BeforeEach
  void open() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
    PushStore store =
        new PushStore(
            client.getDatabase("push"), Duration.ofSeconds(10), new SimpleMeterRegistry());
    summaries = new SessionSummaries(store, messages, positions, contents);
    told();
    read(1);
  }

  @AfterEach
  void close() {
    client.close();
    mongo.close();
  }

  @Test
  void whatOthersSentBehindTheReadPositionIsUnread() {
    sent(ALICE, "one");
    sent(ALICE, "two");
    sent(BOB, "his own");
    told();
    MessageId recalled = sent(ALICE, "recalled");
    messages.recall(List.of(recalled));
    sent(ALICE, "three");

    Summary summary = summaries.of(BOB, List.of(CHAT)).getFirst();

    assertThat(summary.read()).isEqualTo(1);
    assertThat(summary.unread()).isEqualTo(3);
    assertThat(summary.last().content().text()).isEqualTo("three");
    assertThat(summary.last().seq()).isEqualTo(7);
  }

  @Test
  void theLastMessageIsOneOfAMemberAndOfARecalledOneNothingIsSaid() {
    MessageId recalled = sent(ALICE, "recalled");
    messages.recall(List.of(recalled));
    told();

    Summary summary = summaries.of(BOB, List.of(CHAT)).getFirst();

    assertThat(summary.last().messageId()).isEqualTo(recalled);
    assertThat(summary.last().content()).isNull();
    assertThat(summary.last().cancel()).isTrue();
    assertThat(summary.unread()).isZero();
  }

  @Test
  void moreThanAHundredAreNotCountedAndThoseOfOthersAreFoundBehindManyOfHisOwn() {
    for (int i = 0; i < 250; i++) {
      sent(BOB, "his " + i);
    }
    for (int i = 0; i < 60; i++) {
      sent(ALICE, "hers " + i);
    }
    assertThat(summaries.of(BOB, List.of(CHAT)).getFirst().unread()).isEqualTo(60);

    for (int i = 0; i < 60; i++) {
      sent(ALICE, "hers again " + i);
    }
    assertThat(summaries.of(BOB, List.of(CHAT)).getFirst().unread()).isEqualTo(100);
    read(seq);
    assertThat(summaries.of(BOB, List.of(CHAT)).getFirst().unread()).isZero();
  }

  @Test
  void whatWasSaidBeforeHeCameInIsNoneOfIt() {
    sent(ALICE, "before");
    told();
    positions.advance(List.of(new ReadPosition(CHAT, BOB, seq, seq, 1_000)));

    assertThat(summaries.of(BOB, List.of(CHAT)).getFirst())
        .isEqualTo(new Summary(CHAT, seq, 0, null));
  }

  @Test
  void sessionsComeInTheOrderOfTheQueryEmptyOnesToo() {
    sent(ALICE, "one");

    List<Summary> found = summaries.of(BOB, List.of(EMPTY, CHAT));

    assertThat(found).extracting(Summary::session).containsExactly(EMPTY, CHAT);
    assertThat(found.getFirst()).isEqualTo(new Summary(EMPTY, 0, 0, null));
  }

  private MessageId sent(UserId sender, String text) {
    return insert(sender, text, Content.ofText(text));
  }

  private void told() {
    insert(ALICE, null, Content.ofSystem(Map.of("event", "session_update")));
  }

  private MessageId insert(UserId sender, String name, Content content) {
    seq++;
    MessageId id = new MessageId("m" + seq);
    messages.insert(
        List.of(
            new NewMessage(
                id,
                CHAT,
                seq,
                sender,
                name,
                content,
                null,
                0,
                1_000 + seq,
                0,
                List.of(),
                0,
                null)));
    return id;
  }

  private void read(long upTo) {
    positions.advance(List.of(new ReadPosition(CHAT, BOB, upTo, 1, 1_000)));
  }
}
