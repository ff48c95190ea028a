/* poolbench - compare pool strategies: prove that they agree, measure them, plot the comparison. */
#include "strategy.h"
#include "workload.h"

#include <stdio.h>
#include <stdint.h>

int main(void)
{
    struct pool *p;
    struct workload_spec spec={.count=1000,.seed=1};
    struct workload_run run; char why[WORKLOAD_WHY];
    workloads[0]->prepare(&spec,&run,why);
    uint64_t in[1000], out[1000]; void *cols[]={in};
    workloads[0]->fill(&run,0,1000,cols);
    struct pool_fault f;
    enum pool_status s=pool_create("serial",NULL,&p);
    s = pool_map(p,&run.task,1000,in,out,0,&f);
    printf("%s %d %zu\n", pool_status_text(s), workloads[0]->check(&run,999,NULL,&out[999]), pool_cpus_usable());
    pool_destroy(p);
}
