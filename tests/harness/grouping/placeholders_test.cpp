#include "harness/grouping/placeholders.hpp"

#include <gtest/gtest.h>

#include "support/memory_dataset.hpp"

namespace genrebench {
namespace placeholders_test {

TEST(Placeholders, NameNobody) {
  for (const char* nobody : {"",
                             "?",
                             "Various",
                             "Various Artists",
                             "VARIOUS ARTISTS",
                             "Unknown",
                             "unknown artist",
                             " ",
                             "[unknown]",
                             "<unknown>",
                             "V/A",
                             "V.A.",
                             "VA",
                             "Anonymous",
                             "[traditional]",
                             "VARIOUS ＡＲＴＩＳＴＳ",
                             "-",
                             "–",
                             "nan",
                             "N/A",
                             "none",
                             "null",
                             "NULL",
                             "Artist",
                             "Compilation",
                             "Compilations",
                             "Unknown Artist(s)",
                             "UnknownArtist",
                             "various_artists",
                             "Unknown Performer",
                             "Various Composers",
                             "No Artist",
                             "[no artist]",
                             "Artist unknown",
                             "Unknown Artist - Unknown Album",
                             "Various Artists 2",
                             "VA 2003",
                             "Multiple Artists",
                             "Various Artists; Unknown",
                             "Soundtrack",
                             "OST",
                             "\"\"",
                             "…",
                             "???"})
    EXPECT_FALSE(names_somebody(nobody)) << nobody;
}

TEST(Placeholders, AreKnownInTheLanguagesOfPrograms) {
  for (const char* nobody : {"Artistes divers",
                             "Artiste inconnu",
                             "Interpret unbekannt",
                             "Unbekannter Interpret",
                             "Verschiedene Interpreten",
                             "Diverse Künstler",
                             "Varios Artistas",
                             "Vários Artistas",
                             "Artista desconocido",
                             "Artista Sconosciuto",
                             "Artisti Vari",
                             "AA.VV.",
                             "VV. AA.",
                             "Onbekende artiest",
                             "Diverse artiesten",
                             "Okänd artist",
                             "Blandade Artister",
                             "Ukendt kunstner",
                             "Tuntematon esittäjä",
                             "Nieznany wykonawca",
                             "Různí interpreti",
                             "Неизвестный исполнитель",
                             "Разные исполнители",
                             "Άγνωστος καλλιτέχνης",
                             "Bilinmeyen Sanatçı",
                             "群星",
                             "未知艺术家",
                             "ヴァリアス・アーティスト",
                             "不明なアーティスト",
                             "알 수 없는 아티스트"})
    EXPECT_FALSE(names_somebody(nobody)) << nobody;
}

TEST(Placeholders, AreNumbersOfTracksAndDiscs) {
  for (const char* nobody :
       {"Track 01", "track1", "Track_7", "AudioTrack 07", "Titel 3", "Piste 12", "CD 1", "CD2",
        "Disc 2", "CD 1 Track 03", "トラック 5", "Дорожка 4"})
    EXPECT_FALSE(names_somebody(nobody)) << nobody;
}

TEST(Placeholders, AreNoneOfTheseArtists) {
  for (const char* somebody : {"Queen",
                               "Various Cruelties",
                               "東京",
                               "41",
                               "311",
                               "!!!",
                               "Traditional Fools",
                               "Van",
                               "Unknown Mortal Orchestra",
                               "Unknown T",
                               "Anonymous 4",
                               "The Artist",
                               "artist 3",
                               "artist1",
                               "Artist 07",
                               "Nova",
                               "Nana",
                               "Diva",
                               "The Soundtrack of Our Lives",
                               "No Doubt",
                               "Default",
                               "The Trackers",
                               "CeDe",
                               "Queen; Various Artists",
                               "+/-",
                               "AC/DC",
                               "Interpol",
                               "Album Leaf",
                               "Noname",
                               "Audio Adrenaline",
                               "Audioslave",
                               "Disco 3000"})
    EXPECT_TRUE(names_somebody(somebody)) << somebody;
}

TEST(Placeholders, AreCountedBySpelling) {
  testing::MemoryDataset dataset({"a"});
  for (const char* artist : {"VA", "Queen", "Various Artists", "VA", "", "Abba"})
    dataset.add(std::to_string(dataset.tracks().size()), 0, artist);
  EXPECT_EQ(placeholder_text(dataset.tracks()),
            "3 of 6 tracks have a placeholder for an artist ('VA' 2, 'Various Artists' 1), which "
            "names nobody");
  EXPECT_EQ(placeholder_text({}, 6), "");
}

}  // namespace placeholders_test
}  // namespace genrebench
