// The rooms workload on ns-3's scheduler: the same events as in rooms.cc, each a function called at its time.
// Prints one line of JSON. Needs ns-3 (Debian: apt-get install libns3-dev).
// g++ -O3 -march=native rooms-ns3.cc -o rooms-ns3 -lns3-core && ./rooms-ns3 1000 4 10 20
#include "ns3/core-module.h"
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
using namespace ns3;

static int clients, servers, roomSize;
static uint64_t events = 0;
static unsigned state = 1;

static double uniform() {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state / 4294967296.0;
}

static Time clientLatency() { return MicroSeconds(5000 + (int64_t)(uniform() * 10000)); }

static void atRecipient(int sender, int recipient) { events++; }

static void atBalancerAgain(int sender, int recipient) {
  events++;
  Simulator::Schedule(clientLatency(), &atRecipient, sender, recipient);
}

static void pushed(int sender, int server) {
  events++;
  int room = sender / roomSize;
  for (int j = room * roomSize; j < (room + 1) * roomSize && j < clients; j++)
    if (j != sender && j % servers == server) Simulator::Schedule(MicroSeconds(500), &atBalancerAgain, sender, j);
}

static void atBackplane(int sender) {
  events++;
  for (int server = 0; server < servers; server++) Simulator::Schedule(MicroSeconds(300), &pushed, sender, server);
}

static void atServer(int sender) {
  events++;
  Simulator::Schedule(MicroSeconds(300), &atBackplane, sender);
}

static void atBalancer(int sender) {
  events++;
  Simulator::Schedule(MicroSeconds(500), &atServer, sender);
}

static void send(int sender) {
  events++;
  Simulator::Schedule(clientLatency(), &atBalancer, sender);
  Simulator::Schedule(MicroSeconds(500000 + (int64_t)(uniform() * 1e6)), &send, sender);
}

int main(int, char** argv) {
  clients = atoi(argv[1]);
  servers = atoi(argv[2]);
  roomSize = atoi(argv[3]);
  for (int i = 0; i < clients; i++) Simulator::Schedule(MicroSeconds((int64_t)(uniform() * 1e6)), &send, i);
  Simulator::Stop(Seconds(atof(argv[4])));
  auto start = std::chrono::steady_clock::now();
  Simulator::Run();
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  printf("{\"seconds\": %.6f, \"events\": %lu, \"check\": \"\"}\n", seconds, events);
}
