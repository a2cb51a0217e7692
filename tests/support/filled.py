"""A data folder in which no table is empty, filled as people and workers fill it."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.builders import film, person
from tests.support.house import TestClient, build_house, signed_in

FILMS = ("senso", "rocco", "ossessione", "bellissima")
_AT = "2026-03-01T20:15:00.000000Z"
_DIARY = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n" + "\n".join(
    f"2024-05-{day:02},{name},1954,https://boxd.it/{day},4,,rain,2024-05-{day:02}"
    for day, name in enumerate(FILMS, 1)
)

# What no request of one user fills: consumers, notifications, the audit log, the community.
_REST = """
INSERT INTO settings VALUES ('films.starter', '"2026-11"'), ('backups_kept', '{"daily": 7}');
INSERT INTO import_choices SELECT user_id, 'senso|1954', 'senso' FROM users;
INSERT INTO consumer_offsets VALUES ('audit', 'topic', 0, 4294967296), ('audit', 'topic', 10, 7);
INSERT INTO consumer_seqs SELECT 'audit', user_id, seq FROM users;
INSERT INTO set_aside_events SELECT 'audit', user_id || '/3', user_id, 3, 'not JSON', x'7b00ff',
    'user-movie-events', 1, 9, '2026-03-01', 1, NULL FROM users;
INSERT INTO dead_letters SELECT 3, user_id, 3, x'7b00ff', 'not JSON', '2026-03-01' FROM users
    LIMIT 1;
INSERT INTO notification_progress SELECT user_id, 3, 2, 200, 1, 0 FROM users;
INSERT INTO notification_imports SELECT import_id, user_id FROM imports;
INSERT INTO notifications SELECT 'n-' || user_id, user_id, 'films', '10', '2026-03-01',
    '{"films": 10, "più": [null, 1.5]}', NULL FROM users;
INSERT INTO notification_settings SELECT user_id, '["films"]' FROM users;
INSERT INTO notification_targets SELECT 't-' || user_id, user_id, 'Mail', 'mailto:x', '2026-03-01',
    0, NULL, NULL FROM users;
INSERT INTO webhooks SELECT 'w-' || user_id, user_id, 'https://a.org', 's', '[]', '2026-03-01',
    2, NULL, 'timeout' FROM users;
INSERT INTO deliveries SELECT 'd-' || user_id, user_id, 'webhook', 'w-' || user_id, 'films', '{}',
    '2026-03-01', '2026-03-02', 'pending', 1, NULL, 503, 'busy' FROM users;
DELETE FROM audit_log;
DELETE FROM audit_lanes;  -- what the accounts' own making has written
INSERT INTO audit_lanes VALUES (0, 1, 'h'), (10, 2, 'i');
INSERT INTO audit_log SELECT 'e-' || user_id, 0, row_number() OVER (), '2026-03-01', 'user.added',
    NULL, NULL, 'm', user_id, '{"a":  1}', 's', 'm', NULL, 'e', NULL, '', 'h' FROM users;
INSERT INTO community_progress SELECT user_id, 3 FROM users;
INSERT INTO community_standing VALUES (1, 4, 'bootstrap', '2026-01-01', NULL);
INSERT INTO global_stats VALUES ('top10', '{"films": [{"film_id": "senso", "count": 2}], "n": 1}');
INSERT INTO user_stats_batch SELECT 'v2', user_id, row_number() OVER (), 3,
    '{"scalars": {"liked": 1}, "counters": [["year", "", 2]], "affinities": []}' FROM users;
INSERT INTO user_stats_batch SELECT 'v3', user_id, 4294967296, 3, NULL FROM users LIMIT 1;
INSERT INTO batch_versions VALUES ('user_stats', 'v2', NULL, 'v3', '2026-03-01', 2);
INSERT INTO jobs VALUES ('verify', '2026-03-01', NULL, NULL),
    ('backup', '2026-03-01', '2026-03-02', '{"bytes": 4294967296}');
INSERT INTO films_to_index VALUES ('senso', 'a note'), ('gone', 'another');
INSERT INTO lake_waiting VALUES ('2026-03-01_12_ab12.parquet');
INSERT INTO lake_erasures VALUES ('somebody who went');
INSERT INTO recommender_jobs VALUES ('j1', 'train', 'done', '{"seed": 7, "ease": {"a.b": 0.5}}',
    'ada', '2026-03-01', '2026-03-01', '2026-03-02', '2026-03-02', 1, 100, 'più', '{"won": true}',
    NULL), ('j2', 'optimise-k', 'waiting', '{}', NULL, '2026-03-02', NULL, NULL, NULL, 0, 0, '',
    NULL, 'none');
INSERT INTO recommender_messages VALUES ('j1', 1, '{"k": {"20": 0.25, "$": null}}'),
    ('j1', 2, '{}');
INSERT INTO models VALUES ('m1', 'champion', '2026-03-01', '2026-03-02',
    '{"hold_out": {"ndcg@10": {"value": 0.5}}, "histograms": {"stars": {"4.5": 1.0}}, "k": 10}');
INSERT INTO taste_marks SELECT user_id, 'senso', 'muted', '2026-03-01' FROM users;
INSERT INTO taste_marks SELECT user_id, 'senso', 'not interested', '2026-03-02' FROM users;
INSERT INTO taste_preferences SELECT user_id, '{"popularity": -0.5, "genres": ["War"],
    "together": true, "max_minutes": null, "variety": 1.0}' FROM users;
INSERT INTO suggestions_shown SELECT user_id, 'rocco', '2026-03-01', 2, 1, 4.0, 3.25, 4.75, 'm1'
    FROM users;
INSERT INTO relay_leases VALUES (1, 'somebody', '2026-03-01');
"""


def fill(folder: Path) -> None:
    """Make an installation there, with two users, and close it."""
    house = build_house(folder)
    try:
        house.films.load(
            [film(key, directors=(person("Luchino V"),), year=1954) for key in FILMS], "test"
        )
        for name in ("ada", "agnès"):
            with signed_in(house, name) as client:
                _use(client)
                house.imports.work_off()
                (sent,) = client.get("/api/imports").json()["items"]
                assert client.post(f"/api/imports/{sent['id']}/apply").status_code == 202
                house.imports.work_off()
                if name == "ada":  # the first account is the administrator's
                    corrected = client.patch(
                        "/api/films/rocco", json={"title": "Rocco", "year": 1960}
                    )
                    assert corrected.status_code == 200, corrected.text
        house.follower.catch_up()
    finally:
        house.stop()
    with closing(sqlite3.connect(folder / "cinematch.db")) as connection:
        # As if the latest events had been erased since: their places are never given again.
        connection.execute("UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'outbox'")
        connection.executescript(_REST)
        connection.commit()


def _use(client: TestClient) -> None:
    said: list[Any] = []
    for number, key in enumerate(FILMS[:3], 1):
        body = {"date": f"2026-02-{number:02}", "rating": 4.5, "context": "cinema"}
        headers = {"Idempotency-Key": f"k{number}"}
        said.append(client.post(f"/api/library/{key}/watches", json=body, headers=headers))
    said.append(client.post(f"/api/library/{FILMS[0]}/watches", json={"date": "2026"}))
    change = {"liked": True, "tags": ["35 mm", "più"], "review": "Good. 🎬"}
    said.append(client.patch(f"/api/library/{FILMS[0]}", json=change))
    said.append(client.patch(f"/api/library/{FILMS[3]}", json={"watchlist": True}))
    made = client.post("/api/lists", json={"name": "Rainy", "description": "For tea"})
    order = {"film_ids": list(FILMS[:3])}
    said += [made, client.put(f"/api/lists/{made.json()['list_id']}/items", json=order)]
    said.append(client.post("/api/lists", json={"name": "Empty"}))
    said.append(client.patch("/api/me", json={"settings": {"theme": "dark"}}))
    said.append(client.post("/api/me/tokens", json={"name": "player"}))
    own = {"title": "Our Holidays", "year": 1999, "directors": ["Ada"], "runtime": 12}
    said.append(client.post("/api/films", json=own))
    sent = {"file": ("diary.csv", io.BytesIO(_DIARY.encode()))}
    said.append(client.post("/api/imports", files=sent))
    for answer in said:
        assert answer.status_code < 300, (answer.request.url, answer.text)
