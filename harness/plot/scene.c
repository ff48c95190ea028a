#include "scene.h"
#include "../saved/json.h"

#include <string.h>
#include <time.h>

static size_t count_read(const json_t *topology, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(topology, key));
    return count > 0 && count <= 1000000 ? (size_t)count : 0;
}

/* Append a part to the caption, with a separator. */
static void caption_add(struct scene *scene, const char *part)
{
    size_t used = strlen(scene->caption);
    if (*part)
        (void)snprintf(scene->caption + used, SCENE_CAPTION_SIZE - used, "%s%.80s", used ? " | " : "", part);
}

static void caption_add_counts(struct scene *scene)
{
    char text[80];

    if (!scene->cores)
        return;
    int used = snprintf(text, sizeof(text), "%zu core%s", scene->cores, scene->cores == 1 ? "" : "s");
    if (scene->usable && scene->usable != scene->cores)
        (void)snprintf(text + used, sizeof(text) - (size_t)used, ", %zu usable CPU%s", scene->usable,
                       scene->usable == 1 ? "" : "s");
    caption_add(scene, text);
}

static void caption_add_date(struct scene *scene, const json_t *machine)
{
    const json_t *value = json_object_get(machine, "time");
    time_t when = (time_t)json_integer_value(value);
    struct tm date;
    char text[32];

    if (json_is_integer(value) && gmtime_r(&when, &date) && strftime(text, sizeof(text), "%Y-%m-%d", &date))
        caption_add(scene, text);
}

/* The caption stands in gnuplot's single quotes, in a font that may know ASCII only. */
static void caption_clean(struct scene *scene)
{
    for (char *c = scene->caption; *c; c++)
        if (*c < ' ' || *c > '~' || *c == '\'')
            *c = '?';
}

static const char *text_of(const json_t *machine, const char *key)
{
    const char *text = json_string_value(json_object_get(machine, key));
    return text ? text : "";
}

/* Where the topology changes first on the way up, if all its parts are alike. */
static size_t regime_of(const struct scene *scene, const json_t *topology)
{
    static const char *const parts[] = {"l3_caches", "numa_nodes", "packages"};
    size_t regime = scene->cores;

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (count_read(topology, parts[i]) > 0 && scene->cores / count_read(topology, parts[i]) < regime)
            regime = scene->cores / count_read(topology, parts[i]);
    return scene->usable && scene->usable < regime ? scene->usable : regime;
}

void scene_read(const char *path, struct scene *scene)
{
    char why[WHY_SIZE];
    json_t *machine = json_read(path, why);

    *scene = (struct scene){0};
    const json_t *topology = json_object_get(machine, "topology");
    scene->cores = count_read(topology, "cores");
    scene->usable = count_read(topology, "usable");
    scene->regime = regime_of(scene, topology);
    caption_add(scene, text_of(machine, "cpu_model"));
    caption_add_counts(scene);
    caption_add(scene, text_of(machine, "kernel"));
    caption_add_date(scene, machine);
    caption_clean(scene);
    json_decref(machine);
}
