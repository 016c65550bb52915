// The rooms workload as a hand-written C++ event loop: no machines, no records, the limit. ./rooms N K R seconds.
// N clients, K servers, rooms of R, each client sends every ~1s.
#include <queue>
#include <vector>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstdint>
struct E{int64_t t;uint64_t s;int kind;int a;int b;int64_t m;};struct C{bool operator()(const E&x,const E&y)const{return x.t>y.t||(x.t==y.t&&x.s>y.s);}};
int main(int c,char**v){int N=atoi(v[1]),K=atoi(v[2]),R=atoi(v[3]);double secs=atof(v[4]);
 std::priority_queue<E,std::vector<E>,C> q;unsigned x=1;auto r=[&]{x^=x<<13;x^=x>>17;x^=x<<5;return x/4294967296.0;};uint64_t s=0;int64_t now=0;
 auto push=[&](int64_t d,int kind,int a,int b,int64_t m){q.push({now+d,s++,kind,a,b,m});};
 for(int i=0;i<N;i++)push((int64_t)(r()*1e6),0,i,0,0);
 uint64_t ev=0,delivered=0,msgs=0;auto t0=std::chrono::steady_clock::now();int64_t end=(int64_t)(secs*1e6);
 while(!q.empty()&&q.top().t<=end){E e=q.top();q.pop();now=e.t;ev++;
  switch(e.kind){
   case 0: msgs++; push(5000+(int64_t)(r()*10000),1,e.a,0,now); push((int64_t)(500000+r()*1e6),0,e.a,0,0); break; // client sends
   case 1: push(500,2,e.a,e.a%K,e.m);break; // balancer -> server
   case 2: push(300,3,e.a,0,e.m);break; // server -> backplane
   case 3: for(int k=0;k<K;k++)push(300,4,e.a,k,e.m);break; // backplane -> servers
   case 4: {int room=e.a/R;for(int j=room*R;j<(room+1)*R&&j<N;j++)if(j!=e.a&&j%K==e.b)push(500,5,e.a,j,e.m);}break; // server -> balancer
   case 5: push(5000+(int64_t)(r()*10000),6,e.a,e.b,e.m);break;
   case 6: delivered++;break;
  }}
 double d=std::chrono::duration<double>(std::chrono::steady_clock::now()-t0).count();
 printf("{\"seconds\": %.6f, \"events\": %lu, \"check\": \"\"}\n",d,ev);}
