package im.hongyan.moderation.words;

import java.util.Arrays;
import java.util.List;

/**
 * Finds all words in one pass over the text, however many words there are (Aho-Corasick). States
 * are numbers, the transitions of all states are one hash table. Immutable once built.
 */
final class WordAutomaton {
  private static final int ROOT = 0;
  private static final int NONE = -1;

  /** Transitions by open addressing; key 0 (root and character 0) never occurs and marks a hole. */
  private long[] keys = new long[64];

  private int[] targets = new int[64];
  private int transitions;

  private int states = 1;
  private int[] firstChild = new int[64];
  private int[] nextSibling = new int[64];
  private char[] arrivesBy = new char[64];
  private int[] fallback = new int[64];

  /** The word that ends in a state, or {@link #NONE}. */
  private int[] wordOf = new int[64];

  /** The next state along the fallbacks in which a word ends, or the root. */
  private int[] nextWordState = new int[64];

  /** Is told of each hit. */
  @FunctionalInterface
  interface Hits {
    /**
     * A word ends at a character.
     *
     * @param word its index in the list that the automaton was built of
     * @param last the index of the word's last folded character
     */
    void hit(int word, int last);
  }

  /** Of words with the same folded form the first counts. */
  WordAutomaton(List<Word> words) {
    wordOf[ROOT] = NONE;
    for (int i = 0; i < words.size(); i++) {
      add(words.get(i).folded(), i);
    }
    linkFallbacks();
  }

  private void add(String word, int index) {
    int state = ROOT;
    for (int i = 0; i < word.length(); i++) {
      int next = target(state, word.charAt(i));
      state = next == NONE ? newState(state, word.charAt(i)) : next;
    }
    if (state != ROOT && wordOf[state] == NONE) {
      wordOf[state] = index;
    }
  }

  private int newState(int parent, char by) {
    int state = states++;
    if (state == firstChild.length) {
      int capacity = state * 2;
      firstChild = Arrays.copyOf(firstChild, capacity);
      nextSibling = Arrays.copyOf(nextSibling, capacity);
      arrivesBy = Arrays.copyOf(arrivesBy, capacity);
      fallback = Arrays.copyOf(fallback, capacity);
      wordOf = Arrays.copyOf(wordOf, capacity);
      nextWordState = Arrays.copyOf(nextWordState, capacity);
    }
    wordOf[state] = NONE;
    arrivesBy[state] = by;
    nextSibling[state] = firstChild[parent];
    firstChild[parent] = state;
    put(key(parent, by), state);
    return state;
  }

  private void linkFallbacks() {
    int[] queue = new int[states];
    int tail = 0;
    for (int child = firstChild[ROOT]; child != ROOT; child = nextSibling[child]) {
      queue[tail++] = child;
    }
    for (int head = 0; head < tail; head++) {
      int parent = queue[head];
      for (int child = firstChild[parent]; child != ROOT; child = nextSibling[child]) {
        fallback[child] = step(fallback[parent], arrivesBy[child]);
        int behind = fallback[child];
        nextWordState[child] = wordOf[behind] == NONE ? nextWordState[behind] : behind;
        queue[tail++] = child;
      }
    }
  }

  void find(FoldedText text, Hits hits) {
    int state = ROOT;
    for (int i = 0; i < text.length(); i++) {
      state = step(state, text.charAt(i));
      for (int at = state; at != ROOT; at = nextWordState[at]) {
        if (wordOf[at] != NONE) {
          hits.hit(wordOf[at], i);
        }
      }
    }
  }

  private int step(int state, char by) {
    int at = state;
    while (true) {
      int next = target(at, by);
      if (next != NONE) {
        return next;
      }
      if (at == ROOT) {
        return ROOT;
      }
      at = fallback[at];
    }
  }

  private int target(int state, char by) {
    long key = key(state, by);
    int mask = keys.length - 1;
    for (int slot = slot(key, mask); ; slot = (slot + 1) & mask) {
      if (keys[slot] == key) {
        return targets[slot];
      }
      if (keys[slot] == 0) {
        return NONE;
      }
    }
  }

  private void put(long key, int target) {
    if (++transitions * 2 > keys.length) {
      long[] oldKeys = keys;
      int[] oldTargets = targets;
      keys = new long[oldKeys.length * 2];
      targets = new int[oldKeys.length * 2];
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldKeys[i] != 0) {
          place(oldKeys[i], oldTargets[i]);
        }
      }
    }
    place(key, target);
  }

  private void place(long key, int target) {
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (keys[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    targets[slot] = target;
  }

  private static long key(int state, char by) {
    return ((long) state << 16) | by;
  }

  private static int slot(long key, int mask) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
  }
}
