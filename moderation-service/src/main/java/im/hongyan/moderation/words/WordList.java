package im.hongyan.moderation.words;

import java.util.List;

/**
 * What lists say.
 *
 * @param words the words that could be taken
 * @param problems of each line or file that could not be: its name, what was found and expected
 */
record WordList(List<Word> words, List<String> problems) {
  WordList {
    words = List.copyOf(words);
    problems = List.copyOf(problems);
  }
}
