"""Who may do what: THE declared table of rights, read by people first. Nothing here asks the code.

1. Letters are roles: O officer, M manager, K field crew, I intake clerk, of the agency that the
   column names; S content checker, C coordinator, A administrator, N an account without a role.
   `*` stands for all of a column, `.` for nobody.
2. Columns are whose people they are, seen from the agency that has the ticket (or owns the row):
   its own, the agency above it, one below it, one that was asked to help, any other, the oversight
   agency, and people of the whole city.
3. `SEES`: to whom a ticket is there at all. To everybody else it is as if it did not exist (404).
4. `ACTS`: who may do a verb to a ticket in a state. Who sees the ticket and may not is refused.
5. `DOORS`: every closed route, who may come in at all (others: 403), and, where it is about
   something that belongs to an agency, whose people may. `else` is what the others are answered;
   409: who sees the ticket, to everybody else it does not exist.
6. `OPEN`: every route without a sign-in: `public` for anybody, else by which secret of an address.
   A route of the application that stands in neither list fails the test, and so does a line
   without a route.
"""

COLUMNS = ("own", "above", "below", "helps", "other", "oversight", "city")
ROLE = {"O": "officer", "M": "manager", "K": "crew", "I": "intake"}
CITY = {"S": "screener", "C": "coordinator", "A": "administrator", "N": "nobody"}

SEES = """
# ticket       own   above  below  helps  other  oversight  city
  owned        *     *      .      *      .      .          SC
  private      *     *      .      *      .      .          C
  triage       .     .      .      .      .      .          SC
  appealed     .     .      .      .      .      *          SC
  about_us     .     .      .      .      *      .          SC
  unread       .     .      .      .      .      .          SC
"""

ACTS = """
# verb             state      own   above  below  helps  other  oversight  city
  accept           fresh      OM    .      .      .      .      .          .
  return           fresh      OM    .      .      .      .      .          .
  transfer         fresh      OM    .      .      .      .      .          C
  assign           triage     .     .      .      .      .      .          C
  assign           appealed   .     .      .      .      .      OM         .
  name_owner       moved      .     .      .      .      .      .          C
  name_owner       settling   M     .      .      .      .      .          C
  correct          work       OM    .      .      .      .      .          C
  entrust          work       OM    .      .      .      .      .          .
  cooperate        work       OM    .      .      .      .      .          C
  help_accept      work       .     .      .      OMK    .      .          .
  help_done        work       .     .      .      OMK    .      .          .
  help_return      work       .     .      .      OMK    .      .          .
  pause            work       OM    .      .      .      .      .          .
  resume           paused     OM    .      .      .      .      .          .
  plan             work       OM    .      .      .      .      .          .
  extend           work       OM    .      .      .      .      .          .
  resolve          work       OMK   .      .      .      .      .          .
  answer           work       OMK   .      .      .      .      .          .
  answer           triage     .     .      .      .      .      .          C
  decline          triage     .     .      .      .      .      .          C
  approve          proposed   M     .      .      .      .      .          .
  reject           proposed   M     .      .      .      .      .          .
  acknowledge      urgent     OM    .      .      .      .      .          C
  confirm_urgent   urgent     OM    .      .      .      .      .          C
  lower            urgent     OM    .      .      .      .      .          C
  refute           claimed    OM    .      .      .      .      .          C
  merge            work       OM    .      .      .      .      .          C
  convert          fresh      .     .      .      .      .      .          SC
  convert          unread     .     .      .      .      .      .          SC
  split            work       OM    .      .      .      .      .          C
  escalate         work       M     .      .      .      .      .          C
  unmerge          merged     M     .      .      .      .      .          C
  reopen           closed     M     .      .      .      .      .          C
  reopen           disputed   .     M      .      .      .      .          .
  uphold           closed     M     .      .      .      .      .          C
  uphold           disputed   .     M      .      .      .      .          .
  uphold           appealed   .     .      .      .      .      OM         .
  comment          work       OM    M      .      .      .      .          C
  comment          appealed   .     .      .      .      .      OM         C
  note             work       OMK   M      .      OMK    .      .          SC
  note             appealed   .     .      .      .      .      OMK        SC
  note             private    OMK   M      .      OMK    .      .          C
  note             about_us   .     .      .      .      OMK    .          SC
  judge            doubted    OM    M      .      .      .      .          C
  file_reply       work       OM    .      .      .      .      .          C
  show_reply       filed      M     .      .      .      .      .          SC
  hide_reply       shown      OM    .      .      .      .      .          SC
  publish          fresh      .     .      .      .      .      .          SC
  hide             fresh      .     .      .      .      .      .          SC
  recheck          checked    .     .      .      .      .      .          SC
  screen           unread     .     .      .      .      .      .          SC
  publish          unread     .     .      .      .      .      .          SC
  refuse           unread     .     .      .      .      .      .          SC
  hide             idea       .     .      .      .      .      .          SC
  comment          idea       OM    .      .      .      .      .          C
  extend           idea       OM    .      .      .      .      .          .
  answer           idea       OM    .      .      .      .      .          .
  uphold           questioned M     .      .      .      .      .          C
  reopen           questioned M     .      .      .      .      .          C
  milestone        delivering OM    .      .      .      .      .          .
  deliver          delivering OM    .      .      .      .      .          .
  drop             delivering M     .      .      .      .      .          .
"""

# door: who comes in at all. The columns: whose people the thing on the page belongs to; `-` where
# it belongs to nobody in particular: everybody who comes in may.
DOORS = """
# method  rule                                                       door   own   above  below  helps  other  oversight  city  else
  GET     /desk                                                      *      -
  GET     /desk/news                                                 *      -
  GET     /desk/account                                              *      -
  POST    /desk/account/language                                     *      -
  GET     /desk/account/password                                     *      -
  POST    /desk/account/password                                     *      -
  GET     /desk/account/second-step                                  *      -
  POST    /desk/account/second-step                                  *      -
  POST    /desk/account/sessions/end                                 *      -
  GET     /desk/prove                                                *      -
  POST    /desk/prove                                                *      -
  POST    /desk/sign-out                                             *      -

  GET     /desk/tickets/<reference>                                  *      *     *      .      *      .      .          SC    404
  GET     /desk/tickets/<reference>/<verb>                           *      -
  GET     /desk/tickets/<reference>/reply-<int:number>.pdf           *      *     *      .      *      .      .          SC    404
  GET     /desk/contacts/<reference>                                 *      *     *      .      *      .      .          SC    404
  POST    /desk/contacts/<reference>                                 *      M     .      .      .      .      .          .     409
  GET     /desk/looks                                                OMA    .     .      .      .      .      OM         A     403
  GET     /desk/photos/<uuid:photo>-<variant>.jpg                    *      .     .      .      .      .      .          .     404
  POST    /desk/filters                                              OMKC   -
  POST    /desk/filters/<int:number>/drop                            OMKC   OMK   .      .      .      .      .          .     404
  GET     /desk/bulk                                                 OMKC   -
  POST    /desk/bulk                                                 OMKC   -
  POST    /desk/bulk/do                                              OMKC   OMK   M      .      OMK    .      .          C     409
  GET     /desk/bulk/<uuid:key>                                      OMKC   O     .      .      .      .      .          .     404
  POST    /desk/bulk/<uuid:key>/undo                                 OMKC   O     .      .      .      .      .          .     404
  GET     /desk/map                                                  *      -
  GET     /desk/map/tiles/<int:z>/<int:x>/<int:y>.json               *      -
  GET     /desk/triage                                               C      -
  GET     /desk/suggestions                                          OMSC   -
  POST    /desk/suggestions/reasons/<int:number>/<verb>              SC    .  .      .      .      .      .          SC    404
  GET     /desk/unread                                               CA     -
  GET     /desk/approvals                                            M      -
  POST    /desk/approvals                                            M      M     .      .      .      .      .          .     409
  POST    /desk/approvals/deputies                                   M      M     .      .      .      .      .          .     422
  POST    /desk/approvals/deputies/<int:membership>/end              M      M     .      .      .      .      .          .     404
  GET     /desk/duty                                                 MC     -
  POST    /desk/duty                                                 MC     M     .      .      .      .      .          .     422
  POST    /desk/duty/<int:shift>/drop                                MC     M     .      .      .      .      .          .     404
  GET     /desk/reply-templates                                      MC     -
  POST    /desk/reply-templates                                      MC     M     .      .      .      .      .          .     422
  POST    /desk/reply-templates/<int:number>                         MC     M     .      .      .      .      .          .     422
  POST    /desk/reply-templates/<int:number>/drop                    MC     M     .      .      .      .      .          .     404
  GET     /desk/notices                                              MC     -
  POST    /desk/notices                                              MC     -
  POST    /desk/notices/<int:number>/extend                          MC     M     .      .      .      .      .          C     403
  POST    /desk/notices/<int:number>/end                             MC     M     .      .      .      .      .          C     403

  GET     /desk/check                                                SC     -
  GET     /desk/check/<reference>                                    SC     .     .      .      .      .      .          SC    404
  GET     /desk/check/<reference>/photos/<uuid:photo>                SC     .     .      .      .      .      .          SC    404
  POST    /desk/check/<reference>/photos/<uuid:photo>                SC     .     .      .      .      .      .          SC    404
  POST    /desk/tickets/<reference>/parts/<int:number>/<verb>        SC     .     .      .      .      .      .          SC    404

  GET     /desk/requests                                             CA     -
  GET     /desk/requests/<int:asked>                                 CA     -
  GET     /desk/requests/<int:asked>/contact                         CA     -
  POST    /desk/requests/<int:asked>/contact                         CA     -
  POST    /desk/requests/<int:asked>/answer                          CA     -
  POST    /desk/requests/<int:asked>/extend                          CA     -
  POST    /desk/requests/<int:asked>/decide                          CA     -

  GET     /admin                                                     A      -
  GET     /admin/agencies                                            A      -
  GET     /admin/calendar                                            A      -
  POST    /admin/calendar                                            A      -
  POST    /admin/calendar/confirm                                    A      -
  POST    /admin/calendar/remove                                     A      -
  GET     /admin/illustrative                                        A      -
  POST    /admin/illustrative                                        A      -
  GET     /admin/looks                                               A      -
  GET     /admin/users                                               A      -
  POST    /admin/users                                               A      -
  GET     /admin/users/<int:number>                                  A      -
  GET     /admin/users/<int:number>/leaving                          A      -
  POST    /admin/users/<int:number>/disable                          A      -
  POST    /admin/users/<int:number>/enable                           A      -
  POST    /admin/users/<int:number>/invite                           A      -
  POST    /admin/users/<int:number>/roles                            A      -
  POST    /admin/users/<int:number>/roles/<int:membership>/end       A      -
  POST    /admin/users/<int:number>/second-step/remove               A      -
"""

# The rest of the desk's door for acts is ACTS, one line for each verb.
ACT_ROUTE = ("POST", "/desk/tickets/<reference>/<verb>")

OPEN = """
# method  rule                                                       secret
  GET     /                                                          public
  GET     /how-it-works                                              public
  GET     /lookup                                                    public
  GET     /pages/<slug>                                              public
  GET     /offline                                                   public
  GET     /sw.js                                                     public
  GET     /manifest.webmanifest                                      public
  GET     /static/<path:filename>                                    public
  GET     /healthz                                                   public
  GET     /readyz                                                    public
  GET     /assets/leaflet/<version>/<path:name>                      public
  GET     /basemap/<int:z>/<int:x>/<int:y>                           public
  GET     /map                                                       public
  GET     /map/<any(reports,desk,pin,ticket):kind>-<lang>.<digest>.js public
  GET     /map/snapshot-<lang>.html                                  public
  GET     /embed/<lang>/figures                                      public
  GET     /embed/<lang>/map                                          public
  GET     /feeds/<lang>/reports.atom                                 public
  GET     /areas                                                     public
  GET     /areas/<code>                                              public
  GET     /tickets/<reference>/qr.svg                                public
  GET     /figures                                                   public
  GET     /figures/<any(agencies,areas,categories):by>               public
  GET     /figures/<any(agencies,areas,categories):by>/<member>      public
  GET     /open-data                                                 public
  GET     /open-data/SHA256SUMS                                      public
  GET     /open-data/events-<month>.jsonl.gz                         public
  GET     /open-data/figures.csv                                     public
  GET     /open-data/recompute.py                                    public
  GET     /open-data/reference.json                                  public
  GET     /open-data/tickets.<any(csv,geojson):form>                 public
  GET     /open-data/tickets.csv-metadata.json                       public
  GET     /map/areas-<lang>.json                                     public
  GET     /map/numbers-<lang>.json                                   public
  GET     /map/tiles/<lang>/<int:z>/<int:x>/<int:y>.json             public
  GET     /notices/<int:number>                                      public
  GET     /notices/<int:number>/follow                               public
  POST    /notices/<int:number>/follow                               public
  POST    /notices/<int:number>/follow/screen                        public
  GET     /tickets                                                   public
  GET     /tickets/<reference>                                       public
  GET     /tickets/<reference>/again                                 public
  POST    /tickets/<reference>/again                                 public
  POST    /tickets/<reference>/fixed                                 public
  GET     /tickets/<reference>/flag                                  public
  POST    /tickets/<reference>/flag                                  public
  GET     /tickets/<reference>/follow                                public
  POST    /tickets/<reference>/follow                                public
  POST    /tickets/<reference>/follow/screen                         public
  GET     /tickets/<reference>/join                                  public
  POST    /tickets/<reference>/join                                  public
  GET     /tickets/<reference>/shows-me                              public
  POST    /tickets/<reference>/shows-me                              public
  POST    /tickets/<reference>/support                               public
  GET     /photos/<reference>/<uuid:photo>-<variant>.jpg             public
  GET     /tickets/<reference>/reply-<int:number>.pdf                public
  GET     /suggestions                                               public
  GET     /suggestions/done                                          public
  GET     /suggestions/new                                           public
  GET     /suggestions/similar.json                                  public
  POST    /suggestions/new                                           public
  GET     /suggestions/<reference>                                   public
  POST    /suggestions/<reference>/reasons                           public
  POST    /suggestions/<reference>/support                           public
  GET     /requests                                                  public
  POST    /requests                                                  public
  GET     /report                                                    public
  GET     /report/outlook                                            public
  GET     /report/places                                             public
  GET     /report/similar.json                                       public
  POST    /send/report                                               public
  POST    /api/v1/reports                                            public
  GET     /api/v1/reports/<reference>                                public
  POST    /api/v1/likely-categories                                  public
  GET     /my-reports                                                public
  POST    /my-reports                                                public
  POST    /my-reports/code                                           public
  POST    /my-reports/end                                            public
  GET     /my-reports/e-id                                           public
  GET     /my-reports/e-id/back                                      public
  GET     /desk/sign-in                                              public
  POST    /desk/sign-in                                              public
  GET     /desk/sign-in/code                                         public
  POST    /desk/sign-in/code                                         public
  GET     /desk/password/forgotten                                   public
  POST    /desk/password/forgotten                                   public
  GET     /desk/by-mail                                              public
  GET     /desk/by-mail/<mail_code>/<mail_verb>                      public

  GET     /follow/<reference>/<signature>                            signature
  POST    /follow/<reference>/<signature>/amend                      signature
  POST    /follow/<reference>/<signature>/appeal                     signature
  POST    /follow/<reference>/<signature>/ask_reopen                 signature
  POST    /follow/<reference>/<signature>/confirm                    signature
  POST    /follow/<reference>/<signature>/consent/end                signature
  POST    /follow/<reference>/<signature>/contact                    signature
  POST    /follow/<reference>/<signature>/contact/end                signature
  POST    /follow/<reference>/<signature>/dispute                    signature
  GET     /follow/<reference>/<signature>/erase                      signature
  POST    /follow/<reference>/<signature>/erase                      signature
  POST    /follow/<reference>/<signature>/fixed                      signature
  POST    /follow/<reference>/<signature>/keep-private               signature
  GET     /follow/<reference>/<signature>/kept                       signature
  GET     /follow/<reference>/<signature>/kept.json                  signature
  POST    /follow/<reference>/<signature>/merge                      signature
  POST    /follow/<reference>/<signature>/merge/agree                signature
  POST    /follow/<reference>/<signature>/merge/decline              signature
  POST    /follow/<reference>/<signature>/photos                     signature
  GET     /follow/<reference>/<signature>/photos/<uuid:photo>-<variant>.jpg  signature
  POST    /follow/<reference>/<signature>/push                       signature
  GET     /follow/<reference>/<signature>/reply-<int:number>.pdf     signature
  POST    /follow/<reference>/<signature>/rate                       signature
  POST    /follow/<reference>/<signature>/reply                      signature
  GET     /follow/<reference>/<signature>/requests                   signature
  POST    /follow/<reference>/<signature>/requests                   signature
  POST    /follow/<reference>/<signature>/withdraw                   signature
  POST    /follow/<reference>/<signature>/words                      signature
  GET     /sent/<reference>/<signature>                              signature
  POST    /sent/<reference>/<signature>/join                         signature
  GET     /s/<follow_code>                                           follow_code
  GET     /stop/<stop_code>                                          stop_code
  POST    /stop/<stop_code>                                          stop_code
  GET     /following/<follower_code>                                 follower_code
  POST    /following/<follower_code>                                 follower_code
  GET     /following/<follower_code>/end                             follower_code
  POST    /following/<follower_code>/end                             follower_code
  GET     /my-reports/open/<proof_token>                             proof_token
  POST    /my-reports/open/<proof_token>                             proof_token
  GET     /requests/<int:asked>/<seal>                               seal
  GET     /requests/<int:asked>/address/<address_seal>               address_seal
  POST    /requests/<int:asked>/address/<address_seal>               address_seal
  GET     /desk/by-mail/<mail_code>                                  mail_code
  POST    /desk/by-mail/<mail_code>/<mail_verb>                      mail_code
  GET     /desk/password/reset/<token>                               token
  POST    /desk/password/reset/<token>                               token
  GET     /desk/invitation/<token>                                   token
  POST    /desk/invitation/<token>                                   token
  GET     /report/<uuid:key>/<step>                                  key
  POST    /report/<uuid:key>/<step>                                  key
  POST    /report/<uuid:key>/check                                   key
  POST    /report/<uuid:key>/discard                                 key
  GET     /report/<uuid:key>/photos/<uuid:photo>.jpg                 key
  GET     /send/<reference>/photos                                   header
  PUT     /send/<reference>/photos/<uuid:photo>                      header
  PUT     /api/v1/reports/<reference>/photos/<uuid:photo>            header
"""
