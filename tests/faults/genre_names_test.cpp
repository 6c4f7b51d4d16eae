// Genres are named as people name them: with commas, quotes, line ends and whatever else a folder's
// name may hold. Every output says them as they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "support/store_sql.hpp"

namespace genrebench {
namespace genre_names_test {

using namespace testing;
using Row = std::vector<std::string>;

/// Names in the order of their bytes.
const std::vector<std::string>& names() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> result = {"Folk, World, & Country",
                                       "R\"n\"B, 'soul'",
                                       "line\nend",
                                       "carriage\r\nreturn",
                                       "back\\slash\\n",
                                       " leading",
                                       "trailing  ",
                                       "a|b `c` *d* _e_",
                                       "<b>&amp;</b>",
                                       "50 % $x$ #1 {y} ~^",
                                       "Björk & 音楽",
                                       "[1, 2]",
                                       "null",
                                       "tab\tbed",
                                       "-",
                                       "=1+1"};
    std::sort(result.begin(), result.end());
    return result;
  }();
  return all;
}

/// The rows of a CSV file by RFC 4180.
std::vector<Row> parse_csv(const std::string& text) {
  std::vector<Row> rows = {{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"')
        rows.back().back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        rows.back().back() += text[++i];
      else
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
      rows.push_back({""});
    } else {
      rows.back().back() += c;
    }
  }
  if (rows.back() == Row{""}) rows.pop_back();
  return rows;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = {""};
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

/// As our datasets give them: with escapes for control characters.
std::vector<std::string> names_of_tables() {
  std::vector<std::string> result;
  for (const std::string& name : names()) {
    result.emplace_back();
    for (const char c : name)
      result.back() += c == '\n'   ? "\\x0A"
                       : c == '\r' ? "\\x0D"
                       : c == '\t' ? "\\x09"
                                   : std::string(1, c);
  }
  return result;
}

/// Those that a folder can have: no slash, and none that needs an escape.
std::vector<std::string> names_of_folders() {
  std::vector<std::string> result;
  for (const std::string& name : names())
    if (name.find_first_of("/\r\n\t") == std::string::npos) result.push_back(name);
  return result;
}

std::string csv_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

class GenreNames : public ::testing::Test {
 protected:
  /// A feature table with every name, four tracks each.
  void SetUp() override {
    std::string table = "filename,x,y,label\n";
    for (std::size_t g = 0; g < names().size(); ++g)
      for (int i = 0; i < 4; ++i)
        table += std::to_string(4 * g + static_cast<std::size_t>(i)) + ".wav," +
                 std::to_string(g % 4 * 10) + "." + std::to_string(i * 3 % 4) + "," +
                 std::to_string(g / 4 * 10) + "." + std::to_string(i) + "," +
                 csv_quoted(names()[g]) + "\n";
    const std::string root = bench.folder.write("table.csv", table).string();
    experiment =
        bench.experiment("names", {{"seeds", "[0]"},
                                   {"reports", "[summary, confusion]"},
                                   {"features", "{name: table}"},
                                   {"dataset", "{name: feature_table, root: \"" + root + "\"}"}});
    const ProgramResult result = bench.run(experiment);
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    run = bench.store()->runs("names").front();
  }

  ProgramResult ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", bench.database.string()});
    return run_program(words);
  }

  /// As if the dataset were one of another project that gives names as they are.
  void store_names_as_they_are() const {
    std::string text;
    for (const char c : nlohmann::json(names()).dump())
      text += c == '\'' ? std::string("''") : std::string(1, c);
    execute_sql(bench.database, set_value("facts", "dataset.genres", text));
    ASSERT_EQ(bench.store()->run(run.id)->fact_list("dataset.genres"), names());
  }

  Workbench bench;
  std::filesystem::path experiment;
  RunRecord run;
};

TEST_F(GenreNames, AreInTheStoreAsTheyAre) {
  EXPECT_EQ(run.fact_list("dataset.genres"), names_of_tables());
  for (const std::string& name : names_of_tables())
    EXPECT_TRUE(bench.store()->metric(run.id, "test", "recall/" + name).has_value()) << name;
  const auto document = nlohmann::json::parse(ask({"show", run.id, "--json"}).out);
  EXPECT_EQ(document["facts"]["dataset.genres"], nlohmann::json(names_of_tables()));
  EXPECT_EQ(document["facts"]["split.leaky"], "false");
  EXPECT_TRUE(document["environment"]["versions"].is_array());
  EXPECT_EQ(nlohmann::json::parse(ask({"runs", "--json"}).out)[0]["facts"], document["facts"]);
}

TEST_F(GenreNames, HaveOneRowEachInWhatIsShown) {
  store_names_as_they_are();
  const ProgramResult shown = ask({"show", run.id});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  const std::vector<std::string> lines = lines_of(shown.out);
  const auto title = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("Confusion matrix of the test part");
  });
  ASSERT_NE(title, lines.end());
  for (std::size_t g = 0; g < names().size(); ++g) {
    std::string name = names()[g];
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"\r\n", "↵"}, {"\n", "↵"}, {"\t", " "}})
      for (std::size_t at; (at = name.find(from)) != std::string::npos;)
        name.replace(at, from.size(), to);
    const std::string& line = *(title + 4 + static_cast<std::ptrdiff_t>(g));  // below the title,
                                                                              // its line, the head
                                                                              // and its line
    EXPECT_TRUE(line.starts_with(name)) << name << "\n" << line;
  }
}

TEST_F(GenreNames, AreInEveryFormatOfAReport) {
  store_names_as_they_are();
  const auto out = bench.folder / "out";
  const ProgramResult result = ask({"report", experiment.string(), "--out", out.string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::size_t n_tables = 0, n_figures = 0, n_pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    const std::string file = entry.path().filename().string(), text = read_file_text(entry.path());
    if (file.ends_with(".csv")) {
      const std::vector<Row> rows = parse_csv(text);
      for (const Row& row : rows) EXPECT_EQ(row.size(), rows.front().size()) << file;
      if (file.find("-table.csv") == std::string::npos ||
          file.find("confusion") == std::string::npos)
        continue;
      ++n_tables;
      ASSERT_GT(rows.size(), names().size()) << file;
      for (std::size_t g = 0; g < names().size(); ++g) {
        // An apostrophe keeps a spreadsheet from computing it.
        const bool formula = names()[g] == "=1+1" || names()[g] == "-";
        const std::string name = (formula ? "'" : "") + names()[g];
        EXPECT_EQ(rows[g + 1][0], name) << file;
        EXPECT_NE(std::find(rows[0].begin(), rows[0].end(), name), rows[0].end()) << file << name;
      }
    } else if (file == "confusion.json") {
      const auto document = nlohmann::json::parse(text);
      std::set<std::string> found;
      for (const auto& part : document["body"])
        if (part["type"] == "table")
          for (const auto& row : part["rows"]) found.insert(row[0]["text"].get<std::string>());
      for (const std::string& name : names()) EXPECT_TRUE(found.contains(name)) << name;
    } else if (file == "confusion.md") {
      for (const std::string& line : lines_of(text)) {
        if (!line.starts_with("|")) continue;
        const auto bars = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|')) -
                          count(line, "\\|");
        EXPECT_EQ(bars, names().size() + 4) << line;  // between and around the name, the genres,
                                                      // tracks and recall
      }
      for (const char* name : {"| Folk, World, &amp; Country |", "| line<br>end |",
                               "| &#32;leading |", "| trailing&#32;&#32; |", "| a\\|b "})
        expect_says(text, {name});
    } else if (file == "confusion.tex") {
      for (const char* name :
           {"Folk, World, \\& Country &", "line$\\hookleftarrow$end &",
            "back\\textbackslash{}slash\\textbackslash{}n &",
            "50 \\% \\$x\\$ \\#1 \\{y\\} \\textasciitilde{}\\textasciicircum{} &"})
        expect_says(text, {name});
    } else if (file == "confusion.html") {
      for (const char* name : {">Folk, World, &amp; Country</th>", ">line<br>end</th>",
                               ">&lt;b&gt;&amp;amp;&lt;/b&gt;</th>",
                               ">R&quot;n&quot;B, &#39;soul&#39;</th>", ">Björk &amp; 音楽</th>"})
        expect_says(text, {name});
    } else if (file == "index.html") {
      ++n_pages;
      expect_says(text, {">&lt;b&gt;&amp;amp;&lt;/b&gt;</th>", "\\u003cb>&amp;\\u003c/b>"});
      const std::string content = text.substr(0, text.rfind("<script>"));
      EXPECT_EQ(content.find("<b>"), std::string::npos);
    } else if (file.ends_with(".svg")) {
      ++n_figures;
      expect_says(text, {"Folk, World, &amp; Country", "line↵end", "Björk &amp; 音楽"});
    }
  }
  EXPECT_GT(n_tables, 0u);
  EXPECT_GT(n_figures, 0u);
  EXPECT_EQ(n_pages, 1u);
}

TEST_F(GenreNames, GoThroughReproduceMergeAndDelete) {
  EXPECT_EQ(run_program(bench.arguments("reproduce", run.id)).exit_code, 0);
  store_names_as_they_are();
  const auto other = bench.folder / "other.db";
  EXPECT_EQ(run_program({"merge", bench.database.string(), "--db", other.string()}).exit_code, 0);
  EXPECT_EQ(RunStore::open(other, RunStore::Mode::read)->run(run.id)->fact_list("dataset.genres"),
            names());
  const ProgramResult deleted =
      run_program({"store", "delete", "--where",
                   "dataset.genres=" + bench.store()->run(run.id)->fact("dataset.genres"), "--db",
                   other.string()});
  expect_says(deleted.out, {"1 run deleted"});
}

TEST_F(GenreNames, OfFoldersGoThroughPredictAndOptions) {
  std::filesystem::remove_all(bench.music);
  const std::vector<std::string> folders = names_of_folders();
  ASSERT_GT(folders.size(), 10u);
  for (std::size_t g = 0; g < folders.size(); ++g)
    for (int i = 0; i < 4; ++i)
      bench.add(
          folders[g], "t" + std::to_string(i) + ".wav",
          wav_bytes({}, tone_bytes({}, 200.0 + 150.0 * static_cast<double>(g) + 3.0 * i, 0.2)));
  ASSERT_EQ(bench.run(bench.experiment("folders", {{"seeds", "[0]"}})).exit_code, 0);
  const RunRecord of_folders = bench.store()->runs("folders").front();
  EXPECT_EQ(of_folders.fact_list("dataset.genres"), folders);
  std::vector<std::string> words = {
      "predict", "--run", of_folders.id, "--json", "--cache", bench.cache.string(), "-q"};
  const std::vector<PredictionRecord> recorded = bench.store()->predictions(of_folders.id, "test");
  for (const PredictionRecord& one : recorded)
    words.push_back((bench.music / (one.track + ".wav")).string());
  const auto predictions = nlohmann::json::parse(ask(words).out);
  ASSERT_EQ(predictions.size(), recorded.size());
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    EXPECT_EQ(predictions[i]["genre"], folders[static_cast<std::size_t>(recorded[i].predicted)]);
    EXPECT_EQ(predictions[i]["probabilities"].size(), folders.size());
  }
  words.erase(words.begin() + 3);
  expect_says(ask(words).out,
              {"  Folk, World, & Country  ", "  R\"n\"B, 'soul'  ", "  back\\slash\\n  "});

  // As the value of an option they are stored, read back and found again.
  const auto some = bench.experiment(
      "some", {{"seeds", "[0]"},
               {"dataset", "{name: folder, root: \"" + bench.music.string() +
                               "\", genres: [\"Folk, World, & Country\", \" leading\", "
                               "\"R\\\"n\\\"B, 'soul'\", \"[1, 2]\", \"null\", \"-\"]}"}});
  const ProgramResult chosen = bench.run(some);
  ASSERT_EQ(chosen.exit_code, 0) << chosen.err;
  const RunRecord of_some = bench.store()->runs("some").front();
  EXPECT_EQ(of_some.fact_list("dataset.genres"),
            (std::vector<std::string>{" leading", "-", "Folk, World, & Country", "R\"n\"B, 'soul'",
                                      "[1, 2]", "null"}));
  EXPECT_EQ(run_program(bench.arguments("reproduce", of_some.id)).exit_code, 0);
  EXPECT_EQ(ask({"report", some.string()}).exit_code, 0);
  EXPECT_EQ(bench.run(some, {"--workers", "2", "seeds=[0, 1]"}).exit_code, 0);
}

}  // namespace genre_names_test
}  // namespace genrebench
