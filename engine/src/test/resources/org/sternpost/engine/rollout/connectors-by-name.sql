-- Two rollouts of a version that knew connectors by name: Steady, and one renamed from Moving to Moved meanwhile.
CREATE TABLE connector (
  folded_name TEXT PRIMARY KEY, name TEXT NOT NULL, enabled INTEGER NOT NULL, comment TEXT NOT NULL,
  recipient_domains TEXT NOT NULL, use_mx_record INTEGER NOT NULL, smart_hosts TEXT NOT NULL,
  tls_validation TEXT NOT NULL, smtp_dane_mode TEXT NOT NULL, mta_sts_mode TEXT NOT NULL,
  tls_settings TEXT NOT NULL, tls_domain TEXT, port INTEGER NOT NULL, source_ip_address TEXT, fqdn TEXT,
  max_message_size BIGINT NOT NULL, message_expiration_ms BIGINT, revision BIGINT NOT NULL,
  when_created BIGINT NOT NULL, when_changed BIGINT NOT NULL, rollout_id TEXT, rollout_to TEXT,
  rollout_percent REAL, rollout_below BIGINT);
INSERT INTO connector VALUES('default','Default',1,'','*',1,'','Opportunistic','Opportunistic','Opportunistic','None',NULL,0,NULL,NULL,0,NULL,1,1795822743754,1795822743754,NULL,NULL,NULL,NULL);
INSERT INTO connector VALUES('steady','Steady',1,'','.steady.example',1,'','Opportunistic','Opportunistic','Opportunistic','None',NULL,0,NULL,NULL,0,NULL,2,1795822743978,1795822744426,'R-1','Enabled',50.0,2604078036158855);
INSERT INTO connector VALUES('moved','Moved',1,'','.moving.example',1,'','Opportunistic','Opportunistic','Opportunistic','None',NULL,0,NULL,NULL,0,NULL,3,1795822744018,1795822744451,'R-2','Enabled',50.0,8812253151268013);
CREATE TABLE rollout (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL, connector TEXT NOT NULL, from_mode TEXT NOT NULL,
  to_mode TEXT NOT NULL, shares TEXT NOT NULL, hold_ms BIGINT NOT NULL, max_failure_percent REAL NOT NULL,
  min_messages INTEGER NOT NULL, rollback_on_breach INTEGER NOT NULL, status TEXT NOT NULL,
  stage INTEGER NOT NULL, started_at BIGINT NOT NULL, stage_started_at BIGINT NOT NULL, why TEXT NOT NULL,
  history TEXT NOT NULL);
INSERT INTO rollout VALUES('R-1',1,'Steady','Opportunistic','Enabled','50.0 100.0',2592000000,1.0,2,1,'Running',0,1795822744148,1795822744420,'','2026-11-27T23:39:04.420248267Z share 50 %: a.steady.example');
INSERT INTO rollout VALUES('R-2',2,'Moving','Opportunistic','Enabled','50.0 100.0',2592000000,1.0,2,1,'Running',0,1795822744437,1795822744438,'','2026-11-27T23:39:04.438757859Z share 50 %: b.moving.example');
CREATE TABLE rollout_mail (
  rollout_id TEXT NOT NULL, stage INTEGER NOT NULL, message TEXT NOT NULL, domain TEXT NOT NULL,
  failed INTEGER NOT NULL, PRIMARY KEY (rollout_id, stage, message, domain));
INSERT INTO rollout_mail VALUES('R-1',0,'m0','a.steady.example',0);
INSERT INTO rollout_mail VALUES('R-1',0,'m1','a.steady.example',1);
INSERT INTO rollout_mail VALUES('R-2',0,'m0','a.moving.example',0);
INSERT INTO rollout_mail VALUES('R-2',0,'m1','a.moving.example',1);
