package im.hongyan.moderation.words;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ContentType;
import im.hongyan.moderation.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WordListModeratorTest {
  private static final Folding FOLDING = new Folding();
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private Path folder;
  private int edits;

  private WordListModerator moderator(Path words) {
    return new WordListModerator(FOLDING, new WordListFolder(new WordListReader(FOLDING), words));
  }

  private void write(String file, String text) throws IOException {
    Path path = Files.writeString(folder.resolve(file), text);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000L + ++edits));
  }

  private static String dealt(WordListModerator moderator, String text) {
    return switch (moderator.moderate(Content.ofText(text))) {
      case Verdict.Pass pass -> text;
      case Verdict.Mask mask -> String.valueOf(mask.deal().text());
      case Verdict.Reject reject -> throw new AssertionError(reject);
      case Verdict.Review review -> throw new AssertionError(review);
    };
  }

  @Test
  void shippedWordsAreMaskedWithoutAFolder() {
    WordListModerator moderator = moderator(null);
    assertThat(dealt(moderator, "oh fuck, Scunthorpe")).isEqualTo("oh ****, Scunthorpe");
    assertThat(moderator.moderate(Content.ofText("hello"))).isEqualTo(Verdict.Pass.PASS);
  }

  private static Content content(String json) {
    return JSON.readValue(json.replace('\'', '"'), Content.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'type':'link','link':{'url':'https://a.example/fuck','title':'fuck it'}}  | {'type':'link','link':{'url':'https://a.example/fuck','title':'**** it'}}
          {'type':'link','link':'https://a.example/fuck?x=shit'}                     |
          {'type':'link','link':'fuck you'}                                          | {'type':'link','link':'**** you'}
          {'type':'share','share':{'of':[{'who':{'says':'oh fuck'}},null,7]}}        | {'type':'share','share':{'of':[{'who':{'says':'oh ****'}},null,7]}}
          {'type':'share','share':'fuck'}                                            | {'type':'share','share':'****'}
          {'type':'reference','reference':{'messagerecvId':'mfuck','text':'fuck'}}   | {'type':'reference','reference':{'messagerecvId':'mfuck','text':'****'}}
          {'type':'files','files':[{'url':'/f/fuck','name':'fuck.pdf','size':3}]}    | {'type':'files','files':[{'url':'/f/fuck','name':'****.pdf','size':3}]}
          {'type':'images','text':'fuck','images':['/f/fuck.png',{'alt':'fuck'}]}    | {'type':'images','text':'****','images':['/f/fuck.png',{'alt':'****'}]}
          {'type':'custom','own':'fuck','n':1,'deep':{'x':['a','fuck']},'z':null}    | {'type':'custom','own':'****','n':1,'deep':{'x':['a','****']},'z':null}
          {'type':'custom','preview':'HTTPS://a.example/fuck','note':'see http://a.example/ fuck'} | {'type':'custom','preview':'HTTPS://a.example/fuck','note':'see http://a.example/ ****'}
          {'type':'text','text':'https://a.example/fuck'}                            | {'type':'text','text':'https://a.example/****'}
          {'type':'custom','url':'f u c k','id':'fuck you'}                          | {'type':'custom','url':'*******','id':'**** you'}
          {'type':'custom','blurhash':'LEHV6nWfuck','thumb':'data:image/png;base64,fuckfuck'} |
          {'type':'custom','fuck':1,'flag':true}                                     |
          """)
  void wordsAreMaskedWhereverPeopleReadThemAndNothingElseChanges(String sent, String dealt) {
    Verdict verdict = moderator(null).moderate(content(sent));
    assertThat(verdict)
        .isEqualTo(
            dealt == null ? Verdict.Pass.PASS : new Verdict.Mask(content(dealt), List.of("fuck")));
    if (verdict instanceof Verdict.Mask mask) {
      assertThat(JSON.writeValueAsString(mask.deal()))
          .isEqualTo(JSON.writeValueAsString(content(dealt)));
    }
  }

  @Test
  void whatHasARejectedWordInItReachesNobodyUnlessItIsAllowed() throws IOException {
    write("reject-scams.txt", "snakeoil\n");
    write("mask.txt", "snakeoil\ndarn\n");
    write("allow.txt", "snakeoil museum\n");
    WordListModerator moderator = moderator(folder);

    assertThat(moderator.moderate(Content.ofText("darn S\u200Bn\uFF41keoil")))
        .isEqualTo(new Verdict.Reject("words: snakeoil"));
    assertThat(
            moderator.moderate(content("{'type':'link','link':{'url':'/x','title':'snakeoil'}}")))
        .isEqualTo(new Verdict.Reject("words: snakeoil"));
    assertThat(moderator.moderate(Content.ofText("the snakeoil museum")))
        .isEqualTo(Verdict.Pass.PASS);
  }

  @Test
  void contentWithoutTextPasses() {
    Content custom =
        new Content(
            ContentType.CUSTOM, null, null, null, null, null, null, null, null, Map.of("a", 1));
    assertThat(moderator(null).moderate(custom)).isEqualTo(Verdict.Pass.PASS);
  }

  @Test
  void operatorsListsComeOnTopAndTakeEffectWhenTheyChange() throws IOException {
    write("mask.txt", "\uFEFF# mine\n\n  darn  \r\nheck\n");
    WordListModerator moderator = moderator(folder);
    assertThat(dealt(moderator, "darn heck fuck gosh")).isEqualTo("**** **** **** gosh");

    write("mask.txt", "gosh");
    write("allow-local.txt", "fuck");
    moderator.reloadIfChanged();
    assertThat(dealt(moderator, "darn heck fuck gosh")).isEqualTo("darn heck fuck ****");

    Files.delete(folder.resolve("allow-local.txt"));
    moderator.reloadIfChanged();
    assertThat(dealt(moderator, "fuck gosh")).isEqualTo("**** ****");
  }

  @ParameterizedTest
  @CsvSource({
    "mask-2.txt, '---'",
    "mask-2.txt, 'a'",
    "nonsense.txt, 'darn'",
    "mask-long.txt, '"
        + "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
        + "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww'",
  })
  void whatIsBrokenTakesNothingElseOutOfForceNotEvenAtStart(String file, String broken)
      throws IOException {
    write("mask.txt", "darn");
    write(file, broken);
    WordListModerator moderator = moderator(folder);
    assertThat(moderator.problems()).isOne();
    assertThat(dealt(moderator, "darn fuck")).isEqualTo("**** ****");

    write("mask.txt", "heck");
    moderator.reloadIfChanged();
    assertThat(moderator.problems()).isOne();
    assertThat(dealt(moderator, "darn heck")).isEqualTo("darn ****");

    Files.delete(folder.resolve(file));
    moderator.reloadIfChanged();
    assertThat(moderator.problems()).isZero();
  }

  @Test
  void brokenLineTakesNoOtherLineOutOfForce() throws IOException {
    write("mask.txt", "darn\n---\nheck\na\n");
    WordListModerator moderator = moderator(folder);
    assertThat(moderator.problems()).isEqualTo(2);
    assertThat(dealt(moderator, "darn heck a")).isEqualTo("**** **** a");
  }

  @Test
  void fileThatIsNotUtf8AnyMoreKeepsTheWordsThatItHad() throws IOException {
    write("mask.txt", "darn");
    write("mask-gbk.txt", "heck");
    WordListModerator moderator = moderator(folder);
    Files.write(folder.resolve("mask-gbk.txt"), new byte[] {(byte) 0xB2, (byte) 0xDD});
    write("mask.txt", "gosh");
    for (int i = 0; i < 2; i++) {
      moderator.reloadIfChanged();
      assertThat(moderator.problems()).isOne();
      assertThat(dealt(moderator, "darn heck gosh")).isEqualTo("darn **** ****");
      write("mask.txt", "gosh");
    }
    Files.delete(folder.resolve("mask-gbk.txt"));
    moderator.reloadIfChanged();
    assertThat(moderator.problems()).isZero();
    assertThat(dealt(moderator, "heck gosh")).isEqualTo("heck ****");
  }

  @Test
  void missingFolderLeavesTheShippedWordsUntilItIsThere() throws IOException {
    Path later = folder.resolve("later");
    WordListModerator moderator = moderator(later);
    assertThat(moderator.problems()).isOne();
    assertThat(dealt(moderator, "fuck")).isEqualTo("****");

    Files.createDirectory(later);
    Files.writeString(later.resolve("mask.txt"), "darn");
    moderator.reloadIfChanged();
    assertThat(moderator.problems()).isZero();
    assertThat(dealt(moderator, "darn")).isEqualTo("****");
  }
}
