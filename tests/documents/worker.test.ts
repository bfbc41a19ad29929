import { afterEach, describe, expect, it } from 'vitest';
import { captureLog } from '../runtime/log-lines.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { files } from './files.ts';
import { type Interruption, station } from './station.ts';

const evidence = [
  { id: 'family-relation-certificate', name: { ko: '가족관계증명서', en: 'Family relations' } },
];
const groups = firstPolicy.groups.map((group) => ({ ...group, evidence }));
const at = station(village({ policies: [{ ...firstPolicy, groups }] }));
const logged = captureLog();
afterEach(() => at.scanner().mend());

describe('an upload', () => {
  it('given a clean one: is moved out of quarantine, and only then clean', async () => {
    const paper = await at.announce();
    await at.upload(paper);
    expect(await at.row(paper)).toMatchObject({ state: 'awaited' });
    await at.deliverAll();
    expect(await at.row(paper)).toMatchObject({ state: 'clean' });
    expect([await at.versions('quarantine', paper), await at.versions('clean', paper)]).toEqual([
      0, 1,
    ]);
  });

  it.each([
    ['infected', files.infected(), {}],
    ['wrong-type', files.program(), {}],
    ['wrong-type', files.pdf(), { contentType: 'image/png' }],
  ] as const)(
    'given one that is %s: is deleted, and the row says why',
    async (because, bytes, as) => {
      const paper = await at.announce(bytes, as);
      await at.upload(paper, bytes);
      await at.deliverAll();
      expect(await at.row(paper)).toMatchObject({ state: 'refused', refusedBecause: because });
      expect([await at.versions('quarantine', paper), await at.versions('clean', paper)]).toEqual([
        0, 0,
      ]);
    },
  );

  it('given the event again, and again after it was judged: changes nothing', async () => {
    const paper = await at.announce();
    await at.upload(paper);
    await at.tell(paper);
    await at.deliverAll();
    const judged = await at.row(paper);
    await at.tell(paper);
    await at.deliverAll();
    expect(await at.row(paper)).toEqual(judged);
    expect(await at.versions('clean', paper)).toBe(1);
  });

  it('given a second upload by the same form once it is clean: the second goes, the first stays', async () => {
    const paper = await at.announce();
    await at.upload(paper);
    await at.deliverAll();
    await at.upload(paper);
    await at.deliverAll();
    expect(await at.row(paper)).toMatchObject({ state: 'clean' });
    expect([await at.versions('quarantine', paper), await at.versions('clean', paper)]).toEqual([
      0, 1,
    ]);
  });

  it('given a paper that was deleted meanwhile: the upload is removed', async () => {
    const paper = await at.announce();
    await at.remove(paper);
    await at.upload(paper);
    await at.deliverAll();
    expect(await at.row(paper)).toBeUndefined();
    expect(await at.versions('quarantine', paper)).toBe(0);
  });

  it.each([
    ['answers 503', { kind: 'status', status: 503 }],
    ['is gone', { kind: 'down' }],
    ['takes another key', { kind: 'status', status: 401 }],
    ['loses its answer', { kind: 'lose-answer' }],
  ])(
    'given a scanner that %s: stays in quarantine, and is judged once it answers',
    async (_how, fault) => {
      const paper = await at.announce();
      await at.upload(paper);
      await at.scanner().disturb(fault);
      expect(await at.deliver()).toBe(1);
      expect(await at.row(paper)).toMatchObject({ state: 'quarantined' });
      expect(await at.versions('clean', paper)).toBe(0);
      expect(at.depth()).toMatchObject({ available: 0, inFlight: 1 });
      await at.scanner().mend();
      at.wait(15);
      expect(await at.deliver()).toBe(0);
      expect(await at.row(paper)).toMatchObject({ state: 'clean' });
    },
  );

  it('writes no name of a file into the log', async () => {
    const paper = await at.announce();
    logged();
    await at.upload(paper);
    await at.deliverAll();
    const lines = logged();
    expect(lines).toContain('paper judged');
    expect(lines).not.toMatch(/김하늘|pdf/i);
  });
});

describe.each<Interruption>(['fails', 'loses its answer', 'meets a deletion'])(
  'given a request of the worker that %s',
  (how) => {
    it.each([
      ['clean', files.pdf()],
      ['refused', files.infected()],
    ] as const)(
      'whichever it is: the next delivery brings a paper to its end that is %s',
      async (state, bytes) => {
        let nth = 0;
        for (let met = true; met; ) {
          nth += 1;
          const paper = await at.announce(bytes);
          await at.upload(paper, bytes);
          met = await at.interrupted(nth, how, paper, () => at.deliver());
          await at.deliverAll();
          const deleted = how === 'meets a deletion' && met;
          // Events come at least once; one more shows what the worker does by itself.
          if (deleted) await at.tell(paper);
          await at.deliverAll();
          const [quarantined, clean] = [
            await at.versions('quarantine', paper),
            await at.versions('clean', paper),
          ];
          expect({
            nth,
            state: (await at.row(paper))?.state,
            quarantined,
            seen: clean > 0,
          }).toEqual({
            nth,
            state: deleted ? undefined : state,
            quarantined: 0,
            seen: state === 'clean' && !deleted,
          });
        }
        // Fewer would mean that nothing was interrupted.
        expect(nth).toBeGreaterThan(7);
      },
    );
  },
);

describe('the time of a paper', () => {
  it('given an upload that never came: forgotten after a day, and another can be announced', async () => {
    const paper = await at.announce();
    at.wait(86_400 - 60);
    await at.expire();
    expect(await at.row(paper)).toMatchObject({ state: 'awaited' });
    at.wait(61);
    await at.expire();
    expect(await at.row(paper)).toBeUndefined();
  });

  it('given a clean one: is kept for its days and then forgotten, with all versions of its file', async () => {
    const paper = await at.announce();
    await at.upload(paper);
    await at.deliverAll();
    at.wait(104 * 86_400);
    await at.expire();
    const clean = await at.row(paper);
    expect(clean).toMatchObject({ state: 'clean' });
    at.wait(86_400);
    await at.expire();
    expect(await at.row(paper)).toBeUndefined();
    if (clean === undefined) throw new Error('it was there');
    await at.streamOut(clean);
    expect(await at.versions('clean', paper)).toBe(0);
  });
});

describe('a decision', () => {
  it('keeps clean papers from its day on, whatever happens to them at the same moment', async () => {
    const paper = await at.announce();
    await at.upload(paper);
    await at.deliverAll();
    const dueAt = async () => (await at.row(paper))?.dueAt;
    const before = await dueAt();
    at.wait(30 * 86_400);
    const decidedAt = new Date().toISOString();
    await Promise.all([1, 2, 3].map(() => at.decide(paper, decidedAt)));
    expect(await at.row(paper)).toMatchObject({ state: 'clean', decidedAt });
    // 14 + 90 days from its upload were less than 90 from a decision 30 days later.
    expect(Date.parse((await dueAt()) ?? '') - Date.parse(before ?? '')).toBe(16 * 86_400_000);
  });
});

describe('the bounds of papers', () => {
  it('given ten announced at once: exactly as many as may be awaited, and room again for each that comes or goes', async () => {
    const first = await at.announce();
    const another = async () => {
      const paper = await at.announce();
      return { ...paper, learnerId: first.learnerId };
    };
    const ten = await Promise.all(Array.from({ length: 10 }, another));
    const kept = await Promise.allSettled(ten.map((paper) => at.keep(paper)));
    const refused = kept.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toHaveLength(6);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'papers-awaited' });

    await at.remove(first);
    const [mine] = (await at.store.papersOf(first.learnerId)).filter(
      ({ state }) => state === 'awaited',
    );
    if (mine === undefined) throw new Error('four were kept');
    await at.upload(mine);
    await at.deliverAll();
    await at.keep(await another());
    await at.keep(await another());
    await expect(at.keep(await another())).rejects.toMatchObject({ code: 'papers-awaited' });
  });
});
