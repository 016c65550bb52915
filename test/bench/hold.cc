// The hold model on std::priority_queue: n events pending; each, when it fires, schedules itself again after a
// uniform delay of 0 to 1e6 µs. Event, order and generator as in rooms.cc. Prints one line of JSON.
// g++ -O3 -march=native hold.cc -o hold && ./hold 100000 4000000
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <vector>

struct Event { int64_t at; uint64_t sequence; int code; int entity; int x; int64_t y; };
static_assert(sizeof(Event) == 40 || sizeof(Event) == 48);
struct Later {
  bool operator()(const Event& a, const Event& b) const { return a.at > b.at || (a.at == b.at && a.sequence > b.sequence); }
};

int main(int argc, char** argv) {
  if (argc != 3) { fprintf(stderr, "usage: hold <pending> <events>\n"); return 2; }
  const long pending = atol(argv[1]), events = atol(argv[2]);
  std::priority_queue<Event, std::vector<Event>, Later> queue;
  unsigned state = 1;
  auto delay = [&] { state ^= state << 13; state ^= state >> 17; state ^= state << 5; return (int64_t)(state / 4294967296.0 * 1e6); };
  uint64_t sequence = 0, sum = 0;
  int64_t now = 0;
  for (long i = 0; i < pending; i++) queue.push({delay(), sequence++, 0, (int)i, 0, 0});
  auto run = [&](long count) {
    while (count-- > 0) {
      Event e = queue.top();
      queue.pop();
      now = e.at;
      sum += e.entity;
      queue.push({now + delay(), sequence++, 0, e.entity, 0, now});
    }
  };
  run(events / 4);
  auto start = std::chrono::steady_clock::now();
  run(events);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  // As doubles, and sum is below 2^53, so that other languages can compare.
  printf("{\"seconds\":%.6f,\"events\":%ld,\"check\":\"%.0f/%.0f\"}\n", seconds, events, (double)now, (double)sum);
}
