package org.sternpost.engine.control.page;

/// How the page looks: in light and dark, on a phone and on paper. Colours tell series apart by lightness too.
final class PageStyle {

    static final String CSS = """
            :root { color-scheme: light dark; --ground: #fff; --ink: #17202c; --dim: #4f5b6b; --line: #d5dbe3;
              --card: #f4f6f9; --mark: #1d5c8c; --ok: #2c6e9e; --would: #c27803; --off: #77859a; --bad: #b3261e;
              --dane: #0b5c4e; --sts: #2c8c7a; --tls: #77859a; --clear: #b3261e; }
            @media (prefers-color-scheme: dark) { :root { --ground: #12171e; --ink: #e6eaf0; --dim: #a3afbf;
              --line: #323c49; --card: #1b222c; --mark: #7fbdea; --ok: #68aee0; --would: #f2b84b; --off: #7f8da1;
              --bad: #ff8a7e; --dane: #3fbf9f; --sts: #8fdccb; --tls: #7f8da1; --clear: #ff8a7e; } }
            * { box-sizing: border-box; }
            body { margin: 0; overflow-wrap: anywhere; background: var(--ground); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system,
              "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
            main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
            header { border-bottom: 3px solid var(--mark); padding-bottom: .9rem; }
            h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; }
            h2 { font-size: 1.2rem; margin: 2.4rem 0 .5rem; }
            h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
            p { margin: .4rem 0; max-width: 46rem; overflow-wrap: anywhere; }
            .dim, caption, figcaption { color: var(--dim); }
            .verdict { font-size: 1.1rem; margin: 1.2rem 0; }
            .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem;
              margin: 1.2rem 0 0; }
            .tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
              padding: .7rem .9rem; }
            .tiles dt { color: var(--dim); font-size: .88rem; }
            .tiles dd { margin: 0; }
            .tiles .big { font-size: 1.55rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
            .tiles .small { font-size: .85rem; color: var(--dim); }
            svg { display: block; }
            .chart { display: grid; grid-template-columns: auto 1fr; gap: .2rem .6rem; margin: .6rem 0; }
            .chart > svg { width: 100%; height: 15rem; overflow: visible; }
            .ticks { display: flex; flex-direction: column; justify-content: space-between; text-align: right;
              font-size: .8rem; line-height: 1; color: var(--dim); margin: -.4rem 0;
              font-variant-numeric: tabular-nums; }
            .days { grid-column: 2; display: flex; justify-content: space-between; font-size: .8rem;
              color: var(--dim); }
            .days span:only-child { margin: 0 auto; }
            .grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; fill: none; }
            .ok { fill: var(--ok); } .would { fill: var(--would); } .off { fill: var(--off);
              } .bad { fill: var(--bad); }
            .dane { fill: var(--dane); } .sts { fill: var(--sts); } .tls { fill: var(--tls); }
            .clear { fill: var(--clear); }
            .share { width: 100%; height: 1.6rem; border-radius: 4px; margin: .5rem 0; }
            .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; margin: .5rem 0;
              font-size: .9rem; }
            .legend li { display: flex; align-items: center; gap: .4rem; }
            .legend svg { width: .8rem; height: .8rem; }
            .ranked { list-style: none; padding: 0; margin: .6rem 0 1rem; }
            .ranked li { display: grid; grid-template-columns: minmax(8rem, 15rem) 1fr 4rem; gap: .7rem;
              align-items: center; padding: .15rem 0; }
            .ranked svg { width: 100%; height: 1rem; }
            .what { overflow-wrap: anywhere; }
            td.what, th.what { overflow-wrap: break-word; min-width: 6rem; }
            .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            .date { white-space: nowrap; }
            .wide { overflow-x: auto; margin: .6rem 0; }
            table { overflow-wrap: normal; border-collapse: collapse; width: 100%; font-size: .93rem; }
            caption { text-align: left; padding: .2rem 0 .4rem; font-size: .9rem; }
            th, td { padding: .35rem .55rem; text-align: left; border-bottom: 1px solid var(--line);
              vertical-align: top; }
            th:first-child { padding-left: 0; } td:last-child, th:last-child { padding-right: 0; }
            thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
            thead th.n { text-align: right; white-space: normal; }
            tbody th { font-weight: 500; }
            details { margin: .6rem 0; }
            summary { cursor: pointer; color: var(--mark); }
            .cases { list-style: none; padding: 0; }
            .cases li { border-left: 4px solid var(--would); background: var(--card); padding: .6rem .9rem;
              margin: .6rem 0; border-radius: 0 6px 6px 0; }
            .steps > li { margin: .7rem 0; padding-left: .2rem; overflow-wrap: anywhere; }
            code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; background: var(--card);
              border: 1px solid var(--line); border-radius: 4px; padding: .1em .4em; overflow-wrap: anywhere; }
            footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .7rem; font-size: .88rem;
              color: var(--dim); }
            :focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
            @media (max-width: 34rem) { main { padding: 1.2rem .9rem 2rem; } h1 { font-size: 1.4rem; }
              .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; } .tiles .big { font-size: 1.25rem; }
              .chart > svg { height: 11rem; }
              .ranked li { grid-template-columns: 1fr auto; gap: 0 .6rem; } .ranked svg { grid-row: 2;
              grid-column: 1 / 3; } }
            @media print { :root { color-scheme: light; --ground: #fff; --ink: #000; --dim: #444; --line: #bbb;
              --card: #f4f6f9; --mark: #1d5c8c; --ok: #2c6e9e; --would: #c27803; --off: #77859a; --bad: #b3261e;
              --dane: #0b5c4e; --sts: #2c8c7a; --tls: #77859a; --clear: #b3261e; }
              body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
              * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
              h2 { break-after: avoid; } tr, .cases li, .tiles > div, .steps > li, figure { break-inside: avoid; }
              thead { display: table-header-group; } .wide { overflow: visible; }
              details::details-content { content-visibility: visible; block-size: auto; } summary { display: none; }
              .chart > svg { height: 11rem; } @page { margin: 16mm 14mm; } }
            figure { margin: 0; }
            """;

    private PageStyle() {}
}
